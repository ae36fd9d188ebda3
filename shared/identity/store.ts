// How identities lie in tables: sixteen shards, partition = resource, row = user part; so a resource's identities can
// be listed and erased shard by shard.
import {
  type Columns,
  type ShardedTable,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
} from '../storage/index.js';
import { formatUserRawId, type UserRawId } from './raw-id.js';

export interface Identity {
  readonly createdOn: number;
  /** Raised by each revocation; a token is alive only if it was issued in the current generation. */
  readonly generation: number;
}

export class IdentityStore {
  readonly #tables: ShardedTable;

  constructor(tables: ShardedTable) {
    this.#tables = tables;
  }

  /** @returns false when the id exists already */
  async add(id: UserRawId, createdOn: number): Promise<boolean> {
    try {
      await this.#table(id).insert({ ...keysOf(id), createdOn, generation: 1 });
      return true;
    } catch (error) {
      if (error instanceof StorageConflict) {
        return false;
      }
      throw error;
    }
  }

  async find(id: UserRawId): Promise<Identity | undefined> {
    const row = await this.#table(id).get<Columns>(id.resourceId, id.userPart);
    return row && toIdentity(row);
  }

  /**
   * Ends the current token generation.
   *
   * @returns the new generation; undefined when there is no such identity
   */
  async nextGeneration(id: UserRawId): Promise<number | undefined> {
    for (;;) {
      const row = await this.#table(id).get<Columns>(id.resourceId, id.userPart);
      if (row === undefined) {
        return undefined;
      }
      const generation = Number(row['generation']) + 1;
      try {
        await this.#table(id).update({ ...keysOf(id), generation }, row.etag, 'merge');
        return generation;
      } catch (error) {
        // Another revocation at the same moment, whose generation must end too; or a deletion.
        if (!(error instanceof StorageStale) && !(error instanceof StorageNotFound)) {
          throw error;
        }
      }
    }
  }

  /** All identities of a resource, shard after shard. */
  async *all(resourceId: string): AsyncGenerator<Identity & { readonly rawId: string }> {
    for (let shard = 0; shard < this.#tables.shards; shard++) {
      for await (const row of this.#tables.at(shard).rows<Columns>({ partition: resourceId })) {
        yield { rawId: formatUserRawId(resourceId, row.rowKey), ...toIdentity(row) };
      }
    }
  }

  /**
   * Writes an identity that was kept elsewhere. One that is here keeps its creation, and its generation unless that is
   * older: a token that was revoked stays so.
   */
  async put(id: UserRawId, { createdOn, generation }: Identity): Promise<void> {
    for (;;) {
      try {
        const row = await this.#table(id).get<Columns>(id.resourceId, id.userPart);
        if (row === undefined) {
          await this.#table(id).insert({ ...keysOf(id), createdOn, generation });
        } else if (toIdentity(row).generation < generation) {
          await this.#table(id).update({ ...keysOf(id), generation }, row.etag, 'merge');
        }
        return;
      } catch (error) {
        // Somebody else wrote it at the same moment: what is there now decides.
        if (![StorageConflict, StorageNotFound, StorageStale].some((kind) => error instanceof kind)) {
          throw error;
        }
      }
    }
  }

  /** Removes the row; one that is gone already is fine. */
  async remove(id: UserRawId): Promise<void> {
    await this.#table(id).remove(id.resourceId, id.userPart);
  }

  #table(id: UserRawId): Table {
    return this.#tables.of(id.userPart);
  }
}

function toIdentity(row: Columns): Identity {
  return { createdOn: Number(row['createdOn']), generation: Number(row['generation']) };
}

function keysOf(id: UserRawId): { partitionKey: string; rowKey: string } {
  return { partitionKey: id.resourceId, rowKey: id.userPart };
}
