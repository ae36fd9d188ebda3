// The addresses that get no mail of a domain: those that its owner has put on lists, and those that have a lease. Whether
// one is suppressed is one point read.
import { type Columns, type DueIndex, eraseRows, type Table } from '../storage/index.js';
import type { EraseStep } from '../data-map/index.js';
import type { Ids } from '../time/ids.js';
import type { ItemKind } from './item-kinds.js';
import type { ArmItem, ItemKeeper, ItemPage, MailDomain, StoredItem, Suppression } from './model.js';
import { AddressMove } from './move-addresses.js';
import { ItemStore, toItem } from './store.js';
import { addressOf, maxChanges, SuppressionChanges, untilWon } from './suppression-changes.js';
import { allEntries, entryKey, headKey, rangeOfAddress, readAddressKey } from './suppression-rows.js';

/** Kind of the due work that ends leases. */
export const dropSuppressionKind = 'drop-suppression';

export interface SuppressedAddressesParts {
  /** That of the store `suppressedaddresses`. */
  readonly table: Table;
  /** That of the store `resourceitems`, in which an older version kept addresses. */
  readonly oldTable: Table;
  /** Addresses are keys as keyed hashes only. */
  readonly hash: (address: string) => string;
  readonly due: DueIndex;
  readonly ids: Ids;
}

/** What is known of an address: entries by their key, leases by domain with their end in product ms. */
export interface AddressFacts {
  readonly entries: readonly string[];
  readonly leases: readonly { readonly domain: string; readonly until: number }[];
}

export class SuppressedAddresses implements ItemKeeper {
  readonly #parts: SuppressedAddressesParts;
  readonly #entries: ItemStore;
  readonly #changes: SuppressionChanges;
  readonly #move: AddressMove;

  constructor(parts: SuppressedAddressesParts) {
    const { table, hash } = parts;
    this.#parts = parts;
    this.#entries = new ItemStore(table);
    this.#changes = new SuppressionChanges(table, hash);
    this.#move = new AddressMove({ ...parts, changes: this.#changes });
  }

  /** @param now product ms */
  async suppression(
    { resourceId, domain }: MailDomain,
    address: string,
    now: number,
  ): Promise<Suppression | undefined> {
    await this.#move.settle(resourceId);
    const { table, hash } = this.#parts;
    const head = await table.get<Columns>(resourceId, headKey(hash(address), domain));
    if (Number(head?.['entries'] ?? 0) > 0) {
      return {};
    }
    const until = Number(head?.['until'] ?? 0);
    return until > now ? { until } : undefined;
  }

  async find(ownerId: string, kind: ItemKind, path: readonly string[]): Promise<StoredItem | undefined> {
    await this.#move.settle(ownerId);
    return this.#entries.find(ownerId, kind, path);
  }

  async page(ownerId: string, kind: ItemKind, parentPath: readonly string[], after?: string): Promise<ItemPage> {
    await this.#move.settle(ownerId);
    return this.#entries.page(ownerId, kind, parentPath, after);
  }

  async put(ownerId: string, kind: ItemKind, path: readonly string[], after: ArmItem): Promise<void> {
    await this.#move.settle(ownerId);
    await untilWon(this.#parts.ids, async () => {
      const before = await this.#entries.find(ownerId, kind, path);
      await this.#changes.write(ownerId, [{ key: entryKey(path), before, after }]);
    });
  }

  async remove(ownerId: string, kind: ItemKind, path: readonly string[]): Promise<void> {
    await this.#move.settle(ownerId);
    await untilWon(this.#parts.ids, async () => {
      const before = await this.#entries.find(ownerId, kind, path);
      if (before !== undefined) {
        await this.#changes.write(ownerId, [{ key: before.key, before }]);
      }
    });
  }

  /** Removes every entry of a list, or of all lists of a domain. */
  async removeWithin(ownerId: string, path: readonly string[]): Promise<void> {
    await this.#move.settle(ownerId);
    const { table, ids } = this.#parts;
    const prefix = entryKey(path);
    const range = { partition: ownerId, from: `${prefix}!`, to: `${prefix}"`, top: maxChanges };
    const removeSome = async () => {
      const { rows, continuation } = await table.query<Columns>(range);
      if (rows.length > 0) {
        await this.#changes.write(
          ownerId,
          rows.map((row) => ({ key: row.rowKey, before: toItem(row) })),
        );
      }
      return continuation !== undefined;
    };
    while (await untilWon(ids, removeSome)) {}
  }

  /** Says something else about an entry of the same address; one that is gone stays gone. */
  async reword(ownerId: string, key: string, reword: (entry: StoredItem) => ArmItem): Promise<void> {
    await untilWon(this.#parts.ids, async () => {
      const row = await this.#parts.table.get<Columns>(ownerId, key);
      if (row !== undefined) {
        const before = toItem(row);
        await this.#changes.write(ownerId, [{ key, before, after: reword(before) }]);
      }
    });
  }

  /** Suppresses an address for a time, or longer than it is already. @param until product ms */
  async suppressUntil({ resourceId, domain }: MailDomain, address: string, until: number): Promise<void> {
    const { due, hash, ids } = this.#parts;
    const head = { hash: hash(address), domain: domain.toLowerCase() };
    const ends = Math.ceil(until);
    await this.#move.settle(resourceId);
    const id = [resourceId, head.hash, head.domain, ends].join('~');
    await due.add({ kind: dropSuppressionKind, id, dueMs: ends });
    await untilWon(ids, () => this.#changes.writeLease(resourceId, head, (before = 0) => Math.max(before, ends)));
  }

  /** Due work: ends a lease. One that was made longer has an entry of its own. */
  async drop(dueId: string, now: number): Promise<boolean> {
    const [resourceId = '', hash = '', domain = '', ends = ''] = dueId.split('~');
    if (Number(ends) > now) {
      return false;
    }
    const end = (until: number | undefined) => (until === Number(ends) ? undefined : until);
    await untilWon(this.#parts.ids, () => this.#changes.writeLease(resourceId, { hash, domain }, end));
    return true;
  }

  /** What an address has in an email resource, without looking at others. */
  async factsOf(ownerId: string, address: string): Promise<AddressFacts> {
    await this.#move.settle(ownerId);
    const entries: string[] = [];
    const leases: { domain: string; until: number }[] = [];
    const range = { partition: ownerId, ...rangeOfAddress(this.#parts.hash(address)) };
    for await (const row of this.#parts.table.rows<Columns>(range)) {
      const { domain, entry } = readAddressKey(row.rowKey);
      if (entry !== undefined) {
        entries.push(entry);
      } else if (row['until'] !== undefined) {
        leases.push({ domain, until: Number(row['until']) });
      }
    }
    return { entries, leases };
  }

  /** Removes all that an address has in an email resource. @returns how many things */
  async removeAddress(ownerId: string, address: string): Promise<number> {
    const { ids, hash } = this.#parts;
    const hashed = hash(address);
    const { entries, leases } = await this.factsOf(ownerId, address);
    for (const key of entries) {
      await untilWon(ids, async () => {
        const before = await this.entry(ownerId, key);
        // Meanwhile it may be that of somebody else.
        if (before !== undefined && hash(addressOf(before)) === hashed) {
          await this.#changes.write(ownerId, [{ key, before }]);
        }
      });
    }
    for (const { domain } of leases) {
      await untilWon(ids, () => this.#changes.writeLease(ownerId, { hash: hashed, domain }, () => undefined));
    }
    return entries.length + leases.length;
  }

  async entry(ownerId: string, key: string): Promise<StoredItem | undefined> {
    const row = await this.#parts.table.get<Columns>(ownerId, key);
    return row && toItem(row);
  }

  /** At most a thousand entries of an email resource, none after the last. @param after key of the last one before */
  async entriesAfter(ownerId: string, after: string | undefined): Promise<readonly StoredItem[]> {
    await this.#move.settle(ownerId);
    const from = after === undefined ? allEntries.from : `${after} `;
    for await (const rows of this.#parts.table.pages<Columns>({ partition: ownerId, ...allEntries, from })) {
      if (rows.length > 0) {
        return rows.map(toItem);
      }
    }
    return [];
  }

  /** Everything of an email resource, a thousand rows at a time. */
  removeAllOf(ownerId: string): Promise<EraseStep> {
    return eraseRows(this.#parts.table, { partition: ownerId });
  }

  forget(): void {
    this.#move.forget();
  }
}
