// The public keys that receipts and records are checked with, each for the one geography whose it is: from the JWKS routes
// of geographies or from files.
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { publicKeysByKid, readRetiredKeys } from '../../shared/auth/signing-keys.js';
import { type GeographySlug, geographySlugs, isGeographySlug } from '../../shared/geography/catalogue.js';
import { issuerOfGeography } from '../../shared/geography/issuer.js';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import { isLoopbackHost } from '../resources/loopback-host.js';
import { reachError } from '../resources/reach-error.js';

/** Of each geography by `kid`: what one has signed in the name of another is signed by nobody. */
export type GeographyKeys = ReadonlyMap<GeographySlug, ReadonlyMap<string, KeyObject>>;

const answerLimitMs = 30_000;
const maxBytes = 1024 * 1024;

/**
 * Of which geography a source is, is said by whoever names it (`europe=...`), else by the host it is fetched from
 * (`{resource}.{geography}.{domain}`), and only on this machine, or in a file, by the document itself.
 *
 * @param sources addresses or files
 * @throws {CommandError} one sentence about the first that cannot be had, or whose geography is not known
 */
export async function readPublicKeys(sources: readonly string[]): Promise<GeographyKeys> {
  const keys = new Map<GeographySlug, { readonly byKid: ReadonlyMap<string, KeyObject>; readonly isNamed: boolean }>();
  for (const each of sources) {
    const { named, source } = readSource(each);
    const text = isAddress(source) ? await download(source) : await read(source);
    const byKid = keysIn(text, source);
    const geography = geographyOf(named, source, text);
    const other = keys.get(geography);
    const isNamed = named !== undefined || other?.isNamed === true;
    if (other !== undefined && !isNamed && !haveSame(other.byKid, byKid)) {
      throw new CommandError(
        `Two sources say that they are of ${geography}, and have different keys; say which is: --jwks ${geography}=...`,
      );
    }
    keys.set(geography, { byKid: new Map([...(other?.byKid ?? []), ...byKid]), isNamed });
  }
  return new Map([...keys].map(([geography, { byKid }]) => [geography, byKid]));
}

function readSource(text: string): { readonly named: GeographySlug | undefined; readonly source: string } {
  const [, slug = '', source = ''] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  return isGeographySlug(slug) ? { named: slug, source } : { named: undefined, source: text };
}

function geographyOf(named: GeographySlug | undefined, source: string, text: string): GeographySlug {
  const stated = statedIn(text);
  const { hostname = '' } = isAddress(source) ? new URL(source) : {};
  const label = hostname.split('.')[1] ?? '';
  const ofHost = isGeographySlug(label) ? label : undefined;
  const canSpeakForItself = !isAddress(source) || isLoopbackHost(hostname);
  const geography = named ?? ofHost ?? (canSpeakForItself ? stated : undefined);
  if (geography === undefined) {
    throw new CommandError(
      `Nothing says of which geography the keys of ${source} are; write it before them: --jwks europe=${source}`,
    );
  }
  if (stated !== undefined && stated !== geography) {
    throw new CommandError(`${source} has the keys of ${stated}, and not of ${geography}.`);
  }
  return geography;
}

/** What a document says itself; those of version 0.1.0 do not. */
function statedIn(text: string): GeographySlug | undefined {
  try {
    const { issuer } = JSON.parse(text) as { issuer?: unknown };
    return geographySlugs.find((slug) => issuerOfGeography(slug) === issuer);
  } catch {
    return undefined; // PEM
  }
}

function keysIn(text: string, source: string): ReadonlyMap<string, KeyObject> {
  try {
    return publicKeysByKid(readRetiredKeys(text));
  } catch {
    throw new CommandError(`${source} holds no public keys that receipts are signed with; name a JWKS document.`);
  }
}

function haveSame(one: ReadonlyMap<string, KeyObject>, other: ReadonlyMap<string, KeyObject>): boolean {
  return one.size === other.size && [...one.keys()].every((kid) => other.has(kid));
}

function isAddress(source: string): boolean {
  return /^https?:/i.test(source);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`The keys cannot be read (${reasonOf(error)}); name a file or an address with --jwks.`);
  }
}

async function download(address: string): Promise<string> {
  if (!URL.canParse(address)) {
    throw new CommandError(`${address} is not an address.`);
  }
  const { protocol, hostname, host } = new URL(address);
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    throw new CommandError(`${host} is asked without https, so anybody could answer; plain http is for this machine.`);
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(answerLimitMs) });
    text = await answer.text();
  } catch (error) {
    throw reachError(host, error);
  }
  if (!answer.ok) {
    throw new CommandError(`${host} answered ${answer.status}; the keys are at /.well-known/jwks.json.`);
  }
  if (text.length > maxBytes) {
    throw new CommandError(`${host} answers with more than it should.`);
  }
  return text;
}
