// The addresses that get no mail of a domain: those that its owner has put on lists, and those that have a lease. Whether
// one is suppressed is one point read.
import { type Columns, type DueIndex, eraseRows, type Table } from '../storage/index.js';
import type { EraseStep } from '../data-map/index.js';
import type { OwnedPart } from '../resources/index.js';
import type { Ids } from '../time/ids.js';
import type { ItemKind } from './item-kinds.js';
import type { ArmItem, ItemKeeper, ItemPage, MailDomain, StoredItem, Suppression } from './model.js';
import { AddressMove } from './move-addresses.js';
import { ItemStore, toItem } from './store.js';
import { addressOf, type Lease, maxChanges, noLease, SuppressionChanges, untilWon } from './suppression-changes.js';
import {
  allEntries,
  allOfAddresses,
  entriesOfDomain,
  entryKey,
  headKey,
  rangeOfAddress,
  readAddressKey,
} from './suppression-rows.js';

/** Kind of the due work that ends leases. */
export const dropSuppressionKind = 'drop-suppression';

/** Enough to tell the few bounces of one address apart. */
const shortHashCharacters = 12;

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

/** Why no mail of a domain goes to an address that stands on none of its lists; an erasure leaves it. Product ms. */
export interface KeptHash {
  readonly domain: string;
  /** The end of a lease. */
  readonly until?: number;
  /** Since the entry was erased that said so. */
  readonly keptSince?: number;
}

/** What is known of an address: entries by their key, and hashes by domain. */
export interface AddressFacts {
  readonly entries: readonly string[];
  readonly hashes: readonly KeptHash[];
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
    if (Number(head?.['entries'] ?? 0) > 0 || head?.['keptSince'] !== undefined) {
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
    const longer = (lease: Lease) => ((lease.until ?? 0) < ends ? { ...lease, until: ends } : lease);
    await untilWon(ids, () => this.#changes.writeLease(resourceId, head, longer));
  }

  /**
   * An address has bounced for good: it gets no mail for the first of some times, or the next one when it has such a lease.
   * Nothing happens when it has that lease of the same bounce.
   *
   * @param bounce.hash of the address
   * @param bounce.by what tells one bounce of it from another
   * @param now product ms
   * @param steps product ms
   */
  async suppressBounced(
    { resourceId, domain }: MailDomain,
    bounce: { readonly hash: string; readonly by: string },
    now: number,
    steps: readonly number[],
  ): Promise<void> {
    const { due, hash, ids } = this.#parts;
    const head = { hash: bounce.hash, domain: domain.toLowerCase() };
    const by = hash(bounce.by).slice(0, shortHashCharacters);
    await this.#move.settle(resourceId);
    const longer = async (lease: Lease): Promise<Lease> => {
      const { until = 0, step: before = -1, bouncedBy } = lease;
      const isOver = until <= now;
      if (!isOver && bouncedBy.includes(by)) {
        return lease;
      }
      const step = isOver ? 0 : Math.min(before + 1, steps.length - 1);
      const ends = Math.max(until, Math.ceil(now + (steps[step] ?? 0)));
      const id = [resourceId, head.hash, head.domain, ends].join('~');
      await due.add({ kind: dropSuppressionKind, id, dueMs: ends });
      // Whoever is no longer among the last changes nothing any more: it is as long as it gets.
      return { until: ends, step, bouncedBy: [...(isOver ? [] : bouncedBy), by].slice(-steps.length) };
    };
    await untilWon(ids, () => this.#changes.writeLease(resourceId, head, longer));
  }

  /** Due work: ends a lease. One that was made longer has an entry of its own. */
  async drop(dueId: string, now: number): Promise<boolean> {
    const [resourceId = '', hash = '', domain = '', ends = ''] = dueId.split('~');
    if (Number(ends) > now) {
      return false;
    }
    const end = (lease: Lease) => (lease.until === Number(ends) ? noLease : lease);
    await untilWon(this.#parts.ids, () => this.#changes.writeLease(resourceId, { hash, domain }, end));
    return true;
  }

  /** What an address has in an email resource or a domain of it, without looking at others. @param now product ms */
  async factsOf({ ownerId, domain: only }: OwnedPart, address: string, now: number): Promise<AddressFacts> {
    await this.#move.settle(ownerId);
    const entries: string[] = [];
    const hashes: KeptHash[] = [];
    const range = { partition: ownerId, ...rangeOfAddress(this.#parts.hash(address)) };
    for await (const row of this.#parts.table.rows<Columns>(range)) {
      const { domain, entry } = readAddressKey(row.rowKey);
      if (only !== undefined && domain !== only) {
        continue;
      }
      if (entry !== undefined) {
        entries.push(entry);
        continue;
      }
      const until = Number(row['until'] ?? 0);
      const kept = {
        ...(until > now && { until }),
        ...(row['keptSince'] !== undefined && { keptSince: Number(row['keptSince']) }),
      };
      if (Object.keys(kept).length > 0) {
        hashes.push({ domain, ...kept });
      }
    }
    return { entries, hashes };
  }

  /**
   * Removes the entries of an address with all that they say, and leaves a hash by which it stays suppressed. A lease is
   * such a hash already.
   *
   * @param now product ms
   * @returns how many entries
   */
  async forgetAddress(part: OwnedPart, address: string, now: number): Promise<number> {
    const { ids, hash } = this.#parts;
    const { ownerId } = part;
    const hashed = hash(address);
    const { entries } = await this.factsOf(part, address, now);
    for (const key of entries) {
      await untilWon(ids, async () => {
        const before = await this.entry(ownerId, key);
        // Meanwhile it may be that of somebody else.
        if (before !== undefined && hash(addressOf(before)) === hashed) {
          await this.#changes.write(ownerId, [{ key, before }], Math.floor(now));
        }
      });
    }
    return entries.length;
  }

  /** Lets mail of a domain go to an address again that nothing but a hash suppresses. @returns whether one did */
  async liftHash({ resourceId, domain }: MailDomain, address: string): Promise<boolean> {
    const { ids, hash } = this.#parts;
    await this.#move.settle(resourceId);
    return untilWon(ids, () => this.#changes.lift(resourceId, { hash: hash(address), domain: domain.toLowerCase() }));
  }

  /** Removes the hashes of a domain that is deleted, one after the other: they have nothing to suppress any more. */
  async dropHashes(ownerId: string, domain: string): Promise<void> {
    const { table, ids } = this.#parts;
    const only = domain.toLowerCase();
    for await (const row of table.rows({ partition: ownerId, ...allOfAddresses, select: ['PartitionKey', 'RowKey'] })) {
      const { hash, domain: of, entry } = readAddressKey(row.rowKey);
      if (of === only && entry === undefined) {
        await untilWon(ids, () => this.#changes.lift(ownerId, { hash, domain: only }));
      }
    }
  }

  async entry(ownerId: string, key: string): Promise<StoredItem | undefined> {
    const row = await this.#parts.table.get<Columns>(ownerId, key);
    return row && toItem(row);
  }

  /** At most a thousand entries, in the order of their keys, none after the last. @param after key of the last one before */
  async entriesAfter({ ownerId, domain }: OwnedPart, after: string | undefined): Promise<readonly StoredItem[]> {
    await this.#move.settle(ownerId);
    const all = domain === undefined ? allEntries : entriesOfDomain(domain);
    const from = after === undefined ? all.from : `${after} `;
    for await (const rows of this.#parts.table.pages<Columns>({ partition: ownerId, ...all, from })) {
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
