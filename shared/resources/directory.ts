// Which resource answers at a host name. Its name is in the host (`{resource}.{geography}.{domain}`) or in a configured
// map; the record lies in this geography's `resources` table and is kept in memory.
import {
  type ChatHistory,
  type EventSettings,
  type GeographySlug,
  type LogSettings,
  requireResident,
  type Resource,
  type RetentionPolicy,
} from '../geography/index.js';
import { type Columns, isKey, StorageConflict, type Table } from '../storage/index.js';
import { keysIn } from './key-columns.js';
import { deletedPartition, resourcePartition as partition, recordPartitions } from './record.js';
import { lets, stateWithoutColumn } from './resource-states.js';

export interface ResourceDirectoryParts {
  /** That of the store `resources`. */
  readonly table: Table;
  readonly geography: GeographySlug;
  /** Host, with a port that is not the scheme's own → resource name. */
  readonly hosts: { get(host: string): string | undefined };
  /** The resource that exists without anybody creating it; its immutable id is derived, so it is the same for ever. */
  readonly defaultResource: Resource;
  /** How every instance hears of a changed record. */
  readonly changes: {
    /** Stands for a resource's record. */
    channelOf(name: string): string;
    versionOf(channel: string): number;
    announce(channel: string): Promise<void>;
  };
}

interface Known {
  readonly resource: Resource;
  readonly channel: string;
  /** Version of the record when it was read. */
  readonly version: number;
}

export class ResourceDirectory {
  readonly #parts: ResourceDirectoryParts;
  readonly #known = new Map<string, Known>();
  /** Immutable id → name; neither ever changes. */
  readonly #names = new Map<string, string>();
  #isStorageOwn = false;

  constructor(parts: ResourceDirectoryParts) {
    this.#parts = parts;
  }

  /** The resource at this host, from memory where possible; undefined when none answers there. */
  find(host: string): Resource | Promise<Resource | undefined> | undefined {
    const name = this.#nameAt(host);
    return name === undefined ? undefined : this.current(name);
  }

  /** The resource of this name, lower case, from memory where possible; undefined when there is none, or it answers nobody. */
  current(name: string): Resource | Promise<Resource | undefined> | undefined {
    const known = this.#known.get(name);
    const isCurrent = known !== undefined && known.version === this.#parts.changes.versionOf(known.channel);
    return isCurrent ? known.resource : this.#load(name);
  }

  /** The default resource, with the key generations that storage has. */
  async default(): Promise<Resource> {
    const { defaultResource } = this.#parts;
    return (await this.#load(defaultResource.name)) ?? defaultResource;
  }

  /** The resource of this name, as storage has it now; undefined when there is none, or it answers nobody. */
  named(name: string): Promise<Resource | undefined> {
    return this.#load(name.toLowerCase());
  }

  /** The resource with this immutable id, from memory where possible; undefined when there is none, or it answers nobody. */
  withId(immutableId: string): Resource | Promise<Resource | undefined> | undefined {
    const name = this.#names.get(immutableId);
    const known = name === undefined ? undefined : this.#known.get(name);
    if (known !== undefined && known.version === this.#parts.changes.versionOf(known.channel)) {
      return known.resource;
    }
    return name === undefined ? this.#search(immutableId) : this.#load(name);
  }

  /**
   * For work that nobody has asked a resource for, such as a sweep. Looked up once: the storage of a running process stays
   * the same.
   *
   * @throws {ResidencyBreach} when the storage is that of another geography
   */
  async requireOwnStorage(): Promise<void> {
    if (!this.#isStorageOwn) {
      await this.default();
    }
  }

  isDefault(name: string): boolean {
    return name.toLowerCase() === this.#parts.defaultResource.name;
  }

  /** Its record was written: it is read again here at once, on every other instance within two seconds. */
  async changed(name: string): Promise<void> {
    const { changes } = this.#parts;
    this.#known.delete(name.toLowerCase());
    await changes.announce(changes.channelOf(name.toLowerCase()));
  }

  /** Sets the retention of new chat threads; here at once, on every other instance within two seconds. */
  async setChatRetention(resource: Resource, policy: RetentionPolicy): Promise<void> {
    await this.#set(resource, { chatRetention: JSON.stringify(policy) });
  }

  /** Sets what people who are added to chat threads see of the past; likewise. */
  async setChatHistory(resource: Resource, chatHistory: ChatHistory): Promise<void> {
    await this.#set(resource, { chatHistory });
  }

  /** Sets which events it tells; likewise. */
  async setEvents(resource: Resource, events: EventSettings): Promise<void> {
    await this.#set(resource, { events: JSON.stringify(events) });
  }

  /** Sets what of it is logged; likewise. */
  async setLogs(resource: Resource, logs: LogSettings): Promise<void> {
    await this.#set(resource, { logs: JSON.stringify(logs) });
  }

  async #set(resource: Resource, columns: Columns): Promise<void> {
    const { table, changes } = this.#parts;
    await table.update({ ...columns, partitionKey: partition, rowKey: resource.name }, '*', 'merge');
    await changes.announce(changes.channelOf(resource.name));
  }

  /** Immutable ids of the resources of this geography, and how many records say that they are of another. */
  async residents(): Promise<{ readonly ids: ReadonlySet<string>; readonly foreign: number }> {
    const { table } = this.#parts;
    const ids = new Set<string>();
    let foreign = 0;
    for (const each of [...recordPartitions, deletedPartition]) {
      for await (const row of table.rows<Columns>({ partition: each, select: ['immutableId', 'geography'] })) {
        if (row['geography'] === this.#parts.geography) {
          ids.add(String(row['immutableId']));
        } else {
          foreign += 1;
        }
      }
    }
    return { ids, foreign };
  }

  forget(): void {
    this.#known.clear();
  }

  #nameAt(host: string): string | undefined {
    const mapped = this.#parts.hosts.get(host);
    if (mapped !== undefined) {
      return mapped;
    }
    const [name, geography] = host.split('.', 2);
    // A host is what a client says: a name that no record can have is no resource, and needs no look.
    return geography === this.#parts.geography && name !== undefined && isKey(name) ? name : undefined;
  }

  /** Through all records: once a resource and process. */
  async #search(immutableId: string): Promise<Resource | undefined> {
    for await (const row of this.#parts.table.rows<Columns>({ partition, select: ['immutableId'] })) {
      if (row['immutableId'] === immutableId) {
        return this.#load(row.rowKey);
      }
    }
    return undefined;
  }

  async #load(name: string): Promise<Resource | undefined> {
    const { table, defaultResource } = this.#parts;
    const channel = this.#parts.changes.channelOf(name);
    const version = this.#parts.changes.versionOf(channel);
    const isDefault = name === defaultResource.name;
    let row = await table.get<Columns>(partition, name);
    if (row === undefined && isDefault) {
      await this.#requireOwnAccount();
      await table.insert(toRow(defaultResource)).catch((error: unknown) => {
        // Another instance was first.
        if (!(error instanceof StorageConflict)) {
          throw error;
        }
      });
      row = await table.get<Columns>(partition, name);
    }
    // Whoever is let in here is not asked again for what else a state lets through: a host answers all of them, or nobody.
    const { users, owners } = lets(String(row?.['state'] ?? stateWithoutColumn));
    if (row === undefined || !users || !owners) {
      return undefined;
    }
    requireResident({ geography: String(row['geography']) }, this.#parts.geography);
    this.#isStorageOwn = true;
    const resource: Resource = {
      name,
      immutableId: String(row['immutableId']),
      geography: this.#parts.geography,
      keyGenerations: { primary: Number(row['primaryGeneration']), secondary: Number(row['secondaryGeneration']) },
      masterSecretVersion: Number(row['masterSecretVersion']),
      ...keysIn(row),
      ...(row['disableLocalAuth'] === true && { disableLocalAuth: true }),
      ...(typeof row['chatRetention'] === 'string' && {
        chatRetention: JSON.parse(row['chatRetention']) as RetentionPolicy,
      }),
      ...(typeof row['events'] === 'string' && { events: JSON.parse(row['events']) as EventSettings }),
      ...(typeof row['logs'] === 'string' && { logs: JSON.parse(row['logs']) as LogSettings }),
      ...((row['chatHistory'] === 'all' || row['chatHistory'] === 'none') && { chatHistory: row['chatHistory'] }),
    };
    this.#names.set(resource.immutableId, name);
    this.#known.set(name, { resource, channel, version });
    return resource;
  }

  /** Before the first record: an account that has one of another geography belongs to that. */
  async #requireOwnAccount(): Promise<void> {
    const { table, geography } = this.#parts;
    const { rows } = await table.query<Columns>({ partition, top: 1, select: ['geography'] });
    for (const row of rows) {
      requireResident({ geography: String(row['geography']) }, geography);
    }
  }
}

function toRow(resource: Resource) {
  return {
    partitionKey: partition,
    rowKey: resource.name,
    geography: resource.geography,
    immutableId: resource.immutableId,
    primaryGeneration: resource.keyGenerations.primary,
    secondaryGeneration: resource.keyGenerations.secondary,
    masterSecretVersion: resource.masterSecretVersion,
  };
}
