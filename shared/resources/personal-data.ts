// What management keeps, for the data map. Names and tags are the owner's; who made something is known by the object id of
// Entra ID, which is no identifier of a person here.
import { dataStore, holdsPerhaps, holdsWhole, type PersonalIdentifier, type StoreAccess } from '../data-map/index.js';
import type { Columns, Stored, Table } from '../storage/index.js';
import { partTags } from './about-person.js';
import { type Authorship, type Changeable, creationLimitMs, deletedPartition, dropCreationKind } from './record.js';
import { lets, stateWithoutColumn } from './resource-states.js';
import { describedIn, rowsOf, rowsOfOwner } from './rows.js';

export const resources = dataStore<Table>({
  name: 'resources',
  area: 'management',
  rank: 'directory',
  medium: 'table',
  holds:
    'The communication and email resources of the geography: name, subscription, tags, immutable id, generations of the access keys, who made and changed them',
  personalData: [
    'resource name, group, tags and links, when the owner put a person into them',
    'object id, in Entra ID, of who created or changed a resource',
  ],
  foundBy:
    'tags and links that hold an address, a number, an id or a name whole, as part of the three operations above: of the resource that is asked, or with the right to manage of all in the subscription; a name that seems to be a person’s is reported in the receipt, with how to make the resource anew; object ids in the `systemData` of each resource, until it is changed or deleted',
  keptFor: 'until the resource is deleted',
  locate: async (identifier, access) => {
    const found = await wordsAbout(identifier, access);
    const items = found.reduce((sum, { about }) => sum + about.length, 0);
    const since = Math.min(...found.map(({ row }) => authorshipIn(row).createdAt ?? Infinity));
    return Number.isFinite(since) ? { items, since } : { items };
  },
  async *exportItems(identifier, access) {
    for (const { row, about } of await wordsAbout(identifier, access)) {
      for (const words of about) {
        yield { record: { resource: nameOf(row), ...words } };
      }
    }
  },
  exportedFields: {
    resource: 'Name of a resource that you are named in a tag or link of',
    tag: 'Name of the tag',
    value: 'What it says',
    link: 'Id of a domain or managed identity that you are named in',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for (const { row, about, others } of await wordsAbout(identifier, access)) {
      const { partitionKey, rowKey, etag } = row;
      await access.opened.update({ partitionKey, rowKey, described: JSON.stringify(others) }, etag, 'merge');
      erased += about.length;
    }
    return { erased };
  },
  isOfSubscriptions: true,
  lateWrites: 'What an owner writes is one write of one request',
  remains: async (identifier, access) => {
    // Nothing but an id itself resembles one.
    if (identifier.kind === 'identity') {
      return undefined;
    }
    for (const row of await rowsOfOwner(access.opened, access)) {
      if (holdsPerhaps(nameOf(row), identifier)) {
        return {
          what: 'The name of the resource, which seems to name the person',
          why: 'Hosts and connection strings of everybody contain it. Only deleting the resource removes it: create another one under another name, move to it, then delete this one.',
        };
      }
      if (holdsPerhaps(String(row['resourceGroup'] ?? ''), identifier)) {
        return {
          what: 'The name of a resource group, which seems to name the person',
          why: 'It is part of the id of every resource in the group. Only deleting those resources removes it.',
        };
      }
      const { tags = {} } = describedIn(row);
      if (
        Object.entries(tags)
          .flat()
          .some((words) => holdsPerhaps(words, identifier))
      ) {
        return {
          what: 'A tag of the resource, which seems to name the person',
          why: 'Tags are the owner’s words about the resource. Change the tag through the management API.',
        };
      }
    }
    return undefined;
  },
  eraseResource: async ({ opened, resourceId }) => {
    const rows = (await rowsOf(opened)).filter((row) => row['immutableId'] === resourceId);
    const marker = { partitionKey: deletedPartition, rowKey: resourceId };
    if (rows.length === 0) {
      await opened.remove(marker.partitionKey, marker.rowKey);
    }
    for (const row of rows) {
      await opened.upsert({ ...marker, immutableId: resourceId, geography: String(row['geography']) }, 'replace');
      await opened.remove(row.partitionKey, row.rowKey);
    }
    return { erased: rows.length };
  },
  expired: { due: { [dropCreationKind]: (id, { opened, realNow }) => dropCreation(opened, id, realNow) } },
});

/** @returns false while it may still be going on */
async function dropCreation(table: Table, immutableId: string, realNow: number): Promise<boolean> {
  // With a given id two can be under way at once, of which one is to give way.
  const claims = (await rowsOf(table)).filter(
    (row) => row['immutableId'] === immutableId && !lets(String(row['state'] ?? stateWithoutColumn)).isSettled,
  );
  const dead = claims.filter((row) => realNow - Number(row['claimedMs']) >= creationLimitMs);
  for (const row of dead) {
    await table.remove(row.partitionKey, row.rowKey, row.etag);
  }
  return dead.length === claims.length;
}

/** What is said of a resource about a person, and the rest. */
async function wordsAbout(identifier: PersonalIdentifier, { opened, ...owner }: StoreAccess<Table>) {
  const rows = await rowsOfOwner(opened, owner);
  return rows
    .map((row) => ({ row, ...partDescribed(describedIn(row), identifier) }))
    .filter(({ about }) => about.length > 0);
}

function partDescribed(described: Changeable, identifier: PersonalIdentifier) {
  const { tags = {}, linkedDomains = [], identity } = described;
  const assigned = identity?.userAssignedIdentities ?? {};
  const isAbout = (words: string) => holdsWhole(words, identifier);
  const { about, others } = partTags(tags, identifier);
  const links = [...linkedDomains, ...Object.keys(assigned)].filter(isAbout);
  const left = Object.fromEntries(Object.entries(assigned).filter(([id]) => !isAbout(id)));
  return {
    about: [
      ...Object.entries(about).map(([tag, value]) => ({ tag, value })),
      ...links.map((link) => ({ link })),
    ] as readonly Readonly<Record<string, string>>[],
    others: {
      ...described,
      tags: others,
      linkedDomains: linkedDomains.filter((link) => !isAbout(link)),
      ...(identity !== undefined && { identity: { ...identity, userAssignedIdentities: left } }),
    } satisfies Changeable,
  };
}

function authorshipIn(row: Stored<Columns>): Authorship {
  return JSON.parse(String(row['authorship'] ?? '{}')) as Authorship;
}

function nameOf(row: Stored<Columns>): string {
  return String(row['armName'] ?? row.rowKey);
}
