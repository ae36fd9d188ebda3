// docs/exceptions.md, from the table of rules.
import type { RuleRow, Verdict } from './rule-row.js';

export function exceptionsPage(rows: readonly RuleRow[]): string {
  const table = (verdict: Verdict, heads: readonly string[], cells: (row: RuleRow) => readonly string[]) => {
    const lines = rows.filter((row) => row.verdict === verdict).map((row) => `| ${cells(row).join(' | ')} |`);
    return [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...lines].join('\n');
  };
  const withReason = (row: RuleRow) => [`\`${row.id}\``, row.wants, row.why];
  return `# Exceptions

<!-- Made by \`npm run infra:test -- --update\` from infra/test/rules. Do not edit; a test fails when it is stale. -->

Two catalogues say what a deployment on Azure should be like: PSRule.Rules.Azure (\`Azure.…\`, baseline of March 2026) and
Checkov (\`CKV…\`, August 2026). Most of what they want is done. Where it conflicts with a promise of Domicile, the promise
wins, and the reason stands here. Tests hold each line against the stack as it would be deployed, both ways: a stack that
is changed so that the rule is broken fails, and so does an exception that is no longer one.

Neither tool is needed here; to run one, give it the output of \`npm run infra:render -- <geography> --arm\`.

## Not done, on purpose

${table('exception', ['Rule', 'Wants', 'Why not'], withReason)}

## Done in the private profile only

${table('pass when private', ['Rule', 'Wants', 'Why not in the public one'], withReason)}

## About what no stack has

${table('absent', ['Rule', 'Wants', 'Why it does not apply'], withReason)}

## Done

${table('pass', ['Rule', 'Wants'], (row) => [`\`${row.id}\``, row.wants])}
`;
}
