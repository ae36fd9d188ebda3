// What lies in the table of suppressed addresses for one email resource, read without the app; and whether its rows agree.
import { KeyRing, wellKnownMasterSecret } from '../../shared/auth/index.js';
import { createAddressHash, resourceItems, suppressedAddresses } from '../../shared/email/index.js';
import type { Columns, Storage } from '../../shared/storage/index.js';

const keys = new KeyRing(new Map([[1, Buffer.from(wellKnownMasterSecret, 'base64')]]));
export const hashOf = createAddressHash(keys.deriveKey('suppressed-address', 1));

export interface StoredSuppressions {
  /** Address of each entry, by `domain!list!id`. */
  readonly entries: Readonly<Record<string, string>>;
  /** What each head says, by domain and hash. */
  readonly heads: readonly string[];
  /** Rows that an older version wrote. */
  readonly old: number;
}

/** @throws {Error} when pointers or heads say anything else than the entries */
export async function readStored(storage: Pick<Storage, 'table'>, resourceId: string): Promise<StoredSuppressions> {
  const entries: Record<string, string> = {};
  const pointers: string[] = [];
  const heads: string[] = [];
  for await (const row of storage.table(suppressedAddresses).rows<Columns>({ partition: resourceId })) {
    const [letter, ...parts] = row.rowKey.split('!');
    if (letter === 'a') {
      const { properties } = JSON.parse(String(row['content'])) as { properties: { email: string } };
      entries[parts.join('!')] = properties.email;
    } else if (letter === 'h' && parts.length === 2) {
      heads.push(describe(parts.join('!'), Number(row['entries']), row['until'], row['keptSince']));
    } else if (letter === 'h') {
      pointers.push(parts.join('!'));
    }
  }
  const expected = Object.entries(entries).map(([key, email]) => `${hashOf(email)}!${key}`);
  requireSame('pointers', pointers, expected);
  const counts = new Map<string, number>();
  for (const pointer of expected) {
    const head = pointer.split('!', 2).join('!');
    counts.set(head, (counts.get(head) ?? 0) + 1);
  }
  const counted = [...counts].map(([head, count]) => describe(head, count, undefined));
  const isOnLists = (head: string) => !head.includes(': 0');
  requireSame('heads', heads.filter(isOnLists).map(withoutLease), counted);
  const old = storage.table(resourceItems).rows({ partition: resourceId, from: 'a!', to: 'a"' });
  let oldRows = 0;
  for await (const _row of old) {
    oldRows += 1;
  }
  return { entries, heads: heads.toSorted(), old: oldRows };
}

function describe(head: string, entries: number, until: unknown, keptSince?: unknown): string {
  const lease = until === undefined ? '' : `, until ${Number(until)}`;
  return `${head}: ${entries}${keptSince === undefined ? '' : ', kept'}${lease}`;
}

function withoutLease(head: string): string {
  return head.replace(/(, kept)?(, until \d+)?$/, '');
}

function requireSame(what: string, found: readonly string[], expected: readonly string[]): void {
  if (JSON.stringify(found.toSorted()) !== JSON.stringify(expected.toSorted())) {
    throw new Error(`The ${what} are ${found.toSorted().join(' ')}, but should be ${expected.toSorted().join(' ')}.`);
  }
}
