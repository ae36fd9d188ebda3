// Resource groups that somebody has put, as rows of a table. They lie with the resource of the geography that cannot be
// deleted, because a group outlives what stands in it.
import { type Columns, type Row, StorageConflict, type Stored, type Table } from '../storage/index.js';
import type { Tags } from './about-person.js';
import { isSame } from './arm-id.js';

export interface GroupId {
  readonly subscriptionId: string;
  /** Its name. */
  readonly resourceGroup: string;
}

export interface ResourceGroup extends GroupId {
  /** Lower case, without spaces, as Azure writes it. */
  readonly location: string;
  readonly tags?: Tags | undefined;
  /** Id of the resource that manages it; kept and shown. */
  readonly managedBy?: string | undefined;
}

export class GroupStore {
  readonly #table: Table;
  readonly #owner: () => Promise<string>;

  /** @param owner immutable id of the resource that they lie with */
  constructor(table: Table, owner: () => Promise<string>) {
    this.#table = table;
    this.#owner = owner;
  }

  async find(id: GroupId): Promise<ResourceGroup | undefined> {
    const row = await this.#table.get<Columns>(await this.#owner(), rowKeyOf(id));
    return row && toGroup(row);
  }

  /** There are few of them. */
  async all(subscriptionId?: string): Promise<ResourceGroup[]> {
    const groups: ResourceGroup[] = [];
    for await (const row of this.#table.rows<Columns>({ partition: await this.#owner() })) {
      const group = toGroup(row);
      if (subscriptionId === undefined || isSame(group.subscriptionId, subscriptionId)) {
        groups.push(group);
      }
    }
    return groups;
  }

  /** @returns whether there was none */
  async put(group: ResourceGroup): Promise<boolean> {
    const row = toRow(group, await this.#owner());
    try {
      await this.#table.insert(row);
      return true;
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
      await this.#table.upsert(row, 'replace');
      return false;
    }
  }

  /** One that is not there is gone already. */
  async remove(id: GroupId): Promise<void> {
    await this.#table.remove(await this.#owner(), rowKeyOf(id));
  }
}

function rowKeyOf({ subscriptionId, resourceGroup }: GroupId): string {
  return `${subscriptionId}!${resourceGroup}`.toLowerCase();
}

function toRow({ subscriptionId, resourceGroup, location, tags, managedBy }: ResourceGroup, owner: string): Row {
  return {
    partitionKey: owner,
    rowKey: rowKeyOf({ subscriptionId, resourceGroup }),
    subscriptionId,
    groupName: resourceGroup,
    location,
    tags: tags && JSON.stringify(tags),
    managedBy,
  };
}

function toGroup(row: Stored<Columns>): ResourceGroup {
  const text = (name: string) => (row[name] === undefined ? undefined : String(row[name]));
  const tags = text('tags');
  return {
    subscriptionId: String(row['subscriptionId']),
    resourceGroup: String(row['groupName']),
    location: String(row['location']),
    tags: tags === undefined ? undefined : (JSON.parse(tags) as Tags),
    managedBy: text('managedBy'),
  };
}
