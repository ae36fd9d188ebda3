// Writes docs/diagnostics.md: how requests are logged, and which tables of ACS's there are.
import { readFileSync } from 'node:fs';
import type { LogTable } from '../../shared/diagnostics/index.js';

/** What stands around the tables is written by hand, in this file beside it. */
const text = readFileSync(new URL('diagnostics-page.md', import.meta.url), 'utf8');

/** Tables of ACS that nothing is written to, and why. */
const notThere: Readonly<Record<string, string>> = {
  ACSCallSummary: 'not yet: the service is not there',
  ACSCallDiagnostics: 'not yet: the service is not there',
  ACSCallRecordingSummary: 'not yet: recordings are kept, and made by nobody',
  ACSCallRecordingIncomingOperations: 'not yet: recordings are kept, and made by nobody',
  ACSCallAutomationMediaSummary: 'not yet: a data collection rule takes ten tables',
  ACSBillingUsage: 'not planned: nothing is billed',
};

export function diagnosticsPage(tables: readonly LogTable[]): string {
  const wrong = tables.filter(({ name }) => Object.hasOwn(notThere, name));
  if (wrong.length > 0) {
    throw new Error(`${wrong.map(({ name }) => name).join(', ')} is there.`);
  }
  const there = tables.flatMap(({ name, category, summary, columns }) => [
    `### \`${name}\``,
    '',
    `${summary} Category \`${category}\`.`,
    '',
    '| Column | Type | What |',
    '|---|---|---|',
    ...Object.entries(columns).map(
      ([column, { type, holds, person }]) =>
        `| \`${column}\` | ${type} | ${holds}${person !== undefined ? '; raw or a pseudonym' : ''} |`,
    ),
    '',
  ]);
  const others = [
    '| Not written to | Why |',
    '|---|---|',
    ...Object.entries(notThere).map(([name, why]) => `| \`${name}\` | ${why} |`),
  ];
  return text.replaceAll('](../../', '](../').replace('<!-- matrix -->', [...there, ...others].join('\n'));
}
