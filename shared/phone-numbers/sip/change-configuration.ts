// What a merge patch makes of the SIP routing of a resource, and what is wrong with that.
import { maxTrunks } from '../limits.js';
import { sipFaults } from './faults.js';
import { noSipConfiguration, type SipChange, type SipConfiguration, type SipTrunk } from './model.js';

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const fqdn = new RegExp(`^(?=.{1,253}$)(${label}\\.)+${label}$`, 'i');

/**
 * Trunks one by one, routes as a whole.
 *
 * @throws {Fault} 400 or 422, as recorded
 */
export function changedConfiguration(before: SipConfiguration, change: SipChange): SipConfiguration {
  const trunks = change.trunks === null ? {} : changedTrunks(before.trunks, change.trunks ?? {});
  const routes = change.routes === undefined ? before.routes : (change.routes ?? noSipConfiguration.routes);
  if (hasDuplicates(routes.map(({ name }) => name))) {
    throw sipFaults.duplicatedRoute();
  }
  if (routes.some((route) => hasDuplicates(route.trunks))) {
    throw sipFaults.duplicatedTrunk();
  }
  if (Object.keys(trunks).length > maxTrunks) {
    throw sipFaults.tooManyTrunks();
  }
  const domains = new Set([...Object.keys(before.trunks), ...Object.keys(trunks)].map(domainOf));
  for (const name of routes.flatMap((route) => route.trunks)) {
    if (!Object.hasOwn(trunks, name)) {
      throw domains.has(domainOf(name)) ? sipFaults.missingTrunk() : sipFaults.missingDomain();
    }
  }
  return { trunks, routes };
}

function changedTrunks(
  before: SipConfiguration['trunks'],
  changes: NonNullable<SipChange['trunks']>,
): SipConfiguration['trunks'] {
  const trunks = new Map<string, SipTrunk>(Object.entries(before));
  for (const [name, change] of Object.entries(changes)) {
    if (change === null) {
      trunks.delete(name);
      continue;
    }
    if (!fqdn.test(name)) {
      throw sipFaults.invalidFqdn();
    }
    const sipSignalingPort = change.sipSignalingPort ?? trunks.get(name)?.sipSignalingPort;
    if (sipSignalingPort === undefined || sipSignalingPort < 1 || sipSignalingPort > 65_535) {
      throw sipFaults.invalidPort();
    }
    trunks.set(name, { sipSignalingPort });
  }
  return Object.fromEntries(trunks);
}

/** What a trunk belongs to, without its first label. */
function domainOf(name: string): string {
  return name.slice(name.indexOf('.') + 1).toLowerCase();
}

function hasDuplicates(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}
