// Writes docs/limits.md from the table of budgets, with the test that holds each.
import { type BudgetEntry, type BudgetKind, type BudgetName, budgets } from '../../shared/budgets/index.js';

const intro = `# What callers share, and how much of it any of them gets

<!-- Made by \`npm run docs\` from the budgets in the code. Do not edit; a test fails when it is stale. -->

Nothing that callers share can be held by one who is slow, or whom nobody knows. Every figure stands in
[shared/budgets/table.ts](../shared/budgets/table.ts) and holds for one process; with more instances there is more.

- Whoever finds nothing left waits in the order of arrival. Who waits for a share of their own is in nobody's way: others
  pass. The wait counts as time of the request.
- 429 means that the share of the caller, or of the resource, is used up; 503 that others hold it all. Both say when to try
  again.
- A caller is who the credential names: a user, an application, a key. Before it is checked, and where requests are only
  passed on, it is the address that the platform says the request came from; of IPv6 the network of 64 bits.
- Nothing of a body is read before the signature of an access key was checked, which covers its hash, and the length that
  it declares; the hash is compared when the body is there. User tokens and tokens of Entra ID need no body. Only reports of
  machines with a shared secret (webhooks) are signed over the body itself: it is read when their header can be right.
- How often operations may be called is another matter: [settings.md](settings.md#rate-limits).
`;

const titles: Readonly<Record<BudgetKind, string>> = {
  connections: 'Connections',
  bodies: 'Bodies and answers',
  memory: 'Memory',
  'at once': 'At once',
  queues: 'Queues',
  rates: 'Rates',
  time: 'Time',
  data: 'Data',
};

const proof = `## Proof

\`test/load/attacks.full.test.ts\` (\`npm run test:full\`) makes each attack that has held something once, from a process of
the lowest priority, while somebody else goes on sending, reading and uploading. Their 99th percentile stays under three
times what it is without, where less than 60 ms without count as 60; of three looks, each at both, one has to be like that,
as the machine is shared. Nothing of theirs fails in any look, and the app stays under 512 MB.
`;

/** @param provedBy file and title of the test that holds each */
export function limitsPage(provedBy: Readonly<Record<BudgetName, readonly [file: string, title: string]>>): string {
  const all = Object.entries(budgets) as [BudgetName, BudgetEntry][];
  const sections = (Object.keys(titles) as BudgetKind[]).map((kind) =>
    [
      `## ${titles[kind]}`,
      '',
      '| What | At most | What is beyond | Held by |',
      '|---|---|---|---|',
      ...all
        .filter(([, entry]) => entry.kind === kind)
        .map(([name, entry]) => {
          const [file] = provedBy[name];
          return `| ${entry.of} | ${written(entry)} | ${entry.beyond} | \`${file}\` |`;
        }),
      '',
    ].join('\n'),
  );
  return [intro, ...sections, proof].join('\n');
}

const units = [
  ['GiB', 1_073_741_824],
  ['MiB', 1_048_576],
  ['KiB', 1_024],
] as const;

function written({ figure, unit, of }: BudgetEntry): string {
  switch (unit) {
    case 'count':
      return figure.toLocaleString('en');
    case 'ms':
      return figure % 1_000 === 0 ? `${figure / 1_000} s` : `${figure} ms`;
    case 'bytes':
      return inBytes(figure);
    case 'bytes/s':
      return `${of.includes('at least') ? 'at least ' : ''}${inBytes(figure)} a second`;
  }
}

function inBytes(bytes: number): string {
  const [name, size] = units.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['bytes', 1];
  return `${(bytes / size).toLocaleString('en')} ${name}`;
}
