// Collects what operations cost in storage and writes it as the table of docs/storage-costs.md.
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { TransactionCounts } from '../../shared/storage/index.js';
import type { TestProcess } from '../app/composed-app.js';

export interface Cost {
  readonly operation: string;
  readonly condition: string;
  /** Transactions by kind, exactly. */
  readonly exactly: Readonly<Record<string, number>>;
  /** What it follows from, in the words of `intro`. */
  readonly formula: string;
}

const file = new URL('../../docs/storage-costs.md', import.meta.url);

const intro = `# What operations cost in storage

Transactions with the storage account, as Azure bills them, counted by \`test/costs\` and compared with this page on
every test run. \`UPDATE_DOCS=1 npx vitest run test/costs\` writes the page again.

- Kinds: *get* a point read, *query* a page of one partition, *insert*, *update* (merge, replace or upsert of one row),
  *delete*, *transaction* (an entity group transaction of up to 100 rows), *blob* calls.
- *Warm*: this process has appended to, or read for appending to, the thread within the last 30 s. Cold: 1 query more.
- *Fresh*: what this process knows of the thread's state is at most 2 s old. Otherwise 1 get more.
- A lost race for the next place in a thread's log costs 1 query and the append again.
- B(n): into how many of the sixteen buckets of the user index n people fall; at most 16.
- Every process reads the tail of the announcements at most once in 2 s (1 query), and a resource's record once (1 get).
  Neither is in the table.
- A process that writes rows of the user index adds an entry to the due index once in 3 minutes (1 update), which is not in
  the table either. Each row is looked at once, minutes later, by the sweep: see there.
- A delivery to the outside costs 3: an entry of its due index, one transaction that keeps it, one that records its outcome
  and erases it. With a body above 256 KB 5, as a stream one and one a 4 MiB more. Each time that it is put off 4 more; while
  every place of its process is taken, 2. In a lane 4 for the first and 5 for each behind it. Of many at once it costs less:
  what is written into one partition in the same moment goes in one transaction. Finding what waits about a
  person: 16. Counted by \`test/deliveries/costs.test.ts\`, on top of what the capability writes itself.
`;

export class CostTable {
  readonly #rows: string[] = [];

  /** Runs the operation, asserts what it costs, and puts it into the table. */
  async measure({ app }: TestProcess, cost: Cost, run: () => Promise<unknown>): Promise<void> {
    const before = app.counter.snapshot();
    await run();
    expect({ [`${cost.operation}, ${cost.condition}`]: byKind(app.counter.since(before)) }).toEqual({
      [`${cost.operation}, ${cost.condition}`]: cost.exactly,
    });
    const kinds = Object.entries(cost.exactly);
    const total = kinds.reduce((sum, [, count]) => sum + count, 0);
    this.add(cost, String(total), kinds.map(([kind, count]) => `${count} ${kind}`).join(', '));
  }

  add({ operation, condition, formula }: Omit<Cost, 'exactly'>, total: string, kinds: string): void {
    this.#rows.push(`| ${operation} | ${condition} | ${total} | ${kinds || 'none'} | ${formula} |`);
  }

  /** Compares the table with the page; writes the page instead when UPDATE_DOCS is set. */
  async comparePage(): Promise<void> {
    const head = ['| operation | condition | transactions | by kind | formula |', '|---|---|---|---|---|'];
    const page = `${intro}\n${[...head, ...this.#rows].join('\n')}\n`;
    if (process.env['UPDATE_DOCS'] === '1') {
      await writeFile(file, page);
    }
    expect(await readFile(file, 'utf8')).toBe(page);
  }
}

/** Without the tail of the announcements, which comes by time and not by operation. */
export function byKind(counts: TransactionCounts): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const [key, count] of Object.entries(counts)) {
    const kind = key.slice(key.indexOf('/') + 1);
    if (key !== 'revocations/query') {
      kinds[kind] = (kinds[kind] ?? 0) + count;
    }
  }
  return kinds;
}
