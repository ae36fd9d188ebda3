// The rows of the resources of a geography: all of them, and those that a walk through the data map reaches.
import type { Walk } from '../data-map/index.js';
import { type Columns, type Stored, type Table } from '../storage/index.js';
import { isSame, seed } from './arm-id.js';
import { linkedDomain } from './linked-domain.js';
import { type Changeable, keysOf, partitionOf, recordPartitions, resourcePartition } from './record.js';

/** Whose walk it is: of one resource, or of whoever may manage a subscription. */
export type Owner = Pick<Walk, 'resourceId' | 'subscriptionId'>;

/** What belongs to a resource: all of it, or one domain of an email resource. */
export interface OwnedPart {
  /** Immutable id. */
  readonly ownerId: string;
  /** In lower case. */
  readonly domain?: string;
}

/** The row of the resource; in a walk through a subscription all that are in it. */
export async function rowsOfOwner(table: Table, { resourceId, subscriptionId }: Owner): Promise<Stored<Columns>[]> {
  if (subscriptionId !== undefined) {
    return (await rowsOf(table)).filter((row) => isSame(subscriptionOf(row), subscriptionId));
  }
  for await (const row of table.rows<Columns>({ partition: resourcePartition })) {
    if (row['immutableId'] === resourceId) {
      return [row];
    }
  }
  return [];
}

/** The resource with the domains that are linked to it; or all resources of the subscription. */
export async function partsOfOwner(table: Table, owner: Owner): Promise<readonly OwnedPart[]> {
  const rows = await rowsOfOwner(table, owner);
  if (owner.subscriptionId !== undefined) {
    return rows.map((row) => ({ ownerId: String(row['immutableId']) }));
  }
  const linked = rows.flatMap((row) => describedIn(row).linkedDomains ?? []);
  const parts = await Promise.all(linked.map((id) => partOfLink(table, id)));
  // Two spellings of a link are one.
  const domains = new Map(parts.flat().map((part) => [`${part.ownerId}!${part.domain}`, part]));
  return [{ ownerId: owner.resourceId }, ...domains.values()];
}

/** Those of email resources. */
export async function mailPartsOfOwner(table: Table, owner: Owner): Promise<readonly OwnedPart[]> {
  if (owner.subscriptionId === undefined) {
    return (await partsOfOwner(table, owner)).filter(({ domain }) => domain !== undefined);
  }
  const rows = await rowsOfOwner(table, owner);
  const mails = rows.filter(({ partitionKey }) => partitionKey === partitionOf('emailServices'));
  return mails.map((row) => ({ ownerId: String(row['immutableId']) }));
}

/** There are few of them. */
export async function rowsOf(table: Table): Promise<Stored<Columns>[]> {
  const rows: Stored<Columns>[] = [];
  for (const partition of recordPartitions) {
    for await (const row of table.rows<Columns>({ partition })) {
      rows.push(row);
    }
  }
  return rows;
}

export function describedIn(row: Stored<Columns>): Changeable {
  return JSON.parse(String(row['described'] ?? '{}')) as Changeable;
}

/** What lies in another geography, or nowhere, has nothing here. */
async function partOfLink(table: Table, id: string): Promise<OwnedPart[]> {
  const link = linkedDomain(id);
  if (link === undefined) {
    return [];
  }
  const { partitionKey, rowKey } = keysOf(link.owner);
  const row = await table.get<Columns>(partitionKey, rowKey);
  return row === undefined ? [] : [{ ownerId: String(row['immutableId']), domain: link.domain }];
}

function subscriptionOf(row: Stored<Columns>): string {
  return String(row['subscriptionId'] ?? seed.subscriptionId);
}
