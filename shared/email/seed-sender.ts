// In the emulator there is somebody who may send mail from the start: the domain that is managed by Azure, of an email
// resource that nobody has created, linked to the resource that nobody has created.
import type { KeyRing } from '../auth/index.js';
import type { GeographySlug } from '../geography/index.js';
import { type ArmId, armPath, defaultResourceOf, type RecordStore, seed } from '../resources/index.js';
import type { Clock } from '../time/clock.js';
import { managedMailDomain, managedSender } from './azure-managed.js';
import { domains, itemPath, senderUsernames } from './item-kinds.js';
import type { ItemStore } from './store.js';

export interface SeedParts {
  readonly geography: GeographySlug;
  readonly keys: KeyRing;
  readonly records: RecordStore;
  readonly items: ItemStore;
  readonly clock: Clock;
}

const domainName = 'AzureManagedDomain';
const maxNameLength = 63;

/** Whose domain it is. @param resource name of the resource that nobody has created */
function seededService(resource: string): ArmId {
  return { ...seed, type: 'emailServices', name: `${resource.slice(0, maxNameLength - 5)}-mail` };
}

/** The address that quickstarts send from. */
export function seededSender(resource: string): string {
  return `${managedSender}@${managedMailDomain(seededService(resource))}`;
}

/** Once for ever: what an owner has changed or deleted stays so. May be stopped anywhere and repeated. */
export async function seedSender(
  { geography, keys, records, items, clock }: SeedParts,
  resource: string,
): Promise<void> {
  const id = seededService(resource);
  if ((await records.at(id)) !== undefined) {
    return;
  }
  const { immutableId, keyGenerations, masterSecretVersion } = defaultResourceOf(keys, geography, id.name);
  const [domain, sender] = [[domainName], [domainName, managedSender]] as const;
  const verified = { status: 'Verified' };
  await items.put(immutableId, domains, domain, {
    name: domainName,
    tags: {},
    properties: {
      domainManagement: 'AzureManaged',
      userEngagementTracking: 'Disabled',
      verificationStates: { Domain: verified, SPF: verified, DKIM: verified, DKIM2: verified, DMARC: verified },
    },
  });
  await items.put(immutableId, senderUsernames, sender, {
    name: managedSender,
    properties: { username: managedSender, displayName: managedSender },
  });
  const linked = await records.at({ ...seed, type: 'communicationServices', name: resource });
  const link = `${armPath(id)}/${itemPath(domains, domain)}`;
  if (linked !== undefined && !linked.linkedDomains?.includes(link)) {
    await records.save({ ...linked, linkedDomains: [...(linked.linkedDomains ?? []), link] });
  }
  const claimedMs = Math.floor(clock.realNow());
  const record = {
    id,
    immutableId,
    geography,
    state: 'Succeeded',
    claimedMs,
    keyGenerations,
    masterSecretVersion,
  } as const;
  await records.claim(record, undefined);
}
