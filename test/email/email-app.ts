// The suppressed addresses of a composed app, an email resource to keep them in, and addresses as an older version wrote them.
import type { ComposedApp } from '../../functions/compose.js';
import type { EmailCapability } from '../../functions/email/capability.js';
import { resourceItems, type SuppressedAddresses } from '../../shared/email/index.js';
import { resources } from '../../shared/resources/index.js';
import type { Columns, Storage } from '../../shared/storage/index.js';

export function addressesOf(app: Pick<ComposedApp, 'capabilities'>): SuppressedAddresses {
  const email = app.capabilities.find(({ name }) => name === 'email') as EmailCapability | undefined;
  if (email === undefined) {
    throw new Error('There is no capability for email.');
  }
  return email.addresses;
}

/**
 * An email resource in the subscription of the default resource.
 *
 * @param linked domains of it that are linked to the default resource, and so in the reach of its key
 * @returns its immutable id
 */
export async function addEmailResource(
  { storage, defaultResource }: Pick<ComposedApp, 'storage' | 'defaultResource'>,
  name: string,
  linked: readonly string[] = [],
): Promise<string> {
  const immutableId = crypto.randomUUID();
  const subscriptionId = '00000000-0000-0000-0000-000000000000';
  const keys = { partitionKey: 'emailservice', rowKey: `${subscriptionId}!group!${name}` };
  const named = { subscriptionId, resourceGroup: 'group', armName: name };
  const table = storage.table(resources);
  await table.insert({ ...keys, ...named, geography: 'europe', immutableId });
  const path = `/subscriptions/${subscriptionId}/resourceGroups/group/providers/Microsoft.Communication/emailServices/${name}`;
  const own = { partitionKey: 'resource', rowKey: (await defaultResource()).name };
  const row = await table.get<Columns>(own.partitionKey, own.rowKey);
  const described = JSON.parse(String(row?.['described'] ?? '{}')) as { readonly linkedDomains?: readonly string[] };
  const linkedDomains = [...(described.linkedDomains ?? []), ...linked.map((domain) => `${path}/domains/${domain}`)];
  await table.update({ ...own, described: JSON.stringify({ ...described, linkedDomains }) }, '*', 'merge');
  return immutableId;
}

export interface OldAddress {
  readonly domain: string;
  readonly list: string;
  readonly id: string;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly notes?: string;
}

/** Writes addresses as versions before the store of suppressed addresses did: rows among the other items. */
export async function writeOldAddresses(
  storage: Pick<Storage, 'table'>,
  resourceId: string,
  addresses: readonly OldAddress[],
  now: number,
): Promise<void> {
  const table = storage.table(resourceItems);
  const rows = addresses.map(({ domain, list, id, ...properties }) => ({
    partitionKey: resourceId,
    rowKey: `a!${domain}!${list}!${id}`.toLowerCase(),
    content: JSON.stringify({
      properties,
      name: id,
      createdBy: 'tester',
      createdByType: 'Application',
      createdAt: now,
      lastModifiedBy: 'tester',
      lastModifiedByType: 'Application',
      lastModifiedAt: now,
    }),
  }));
  for (let start = 0; start < rows.length; start += 100) {
    await table.transaction(
      resourceId,
      rows.slice(start, start + 100).map((row) => ({ kind: 'upsert', row, mode: 'replace' })),
    );
  }
}
