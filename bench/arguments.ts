// The command line of the benchmark.
import { parseArgs } from 'node:util';

export const helpText = `Usage: npm run bench -- [options]

Measures Domicile against plain calls of the same storage client, side by side. See docs/benchmarks.md.

  --quick           P1 at 128 senders, P3, P4 and P7 with 5 slices; only counts decide
  --only P1,P4      only these cases
  --json FILE       where the figures go; default bench/results/latest.json
  --profile FOLDER  writes a CPU profile of the adapter's API process there for each slice (rates suffer)
  --help            this text

Exit code: 0 when every goal that decides is met, 1 when one is missed, 2 when the benchmark itself fails.
`;

export const caseNames = [
  'P1',
  'P2',
  'P3',
  'P4',
  'P5',
  'P6',
  'P7',
  'P8',
  'P10',
  'P12',
  'P13',
  'P14',
  'P15',
  'P16',
  'P17',
] as const;
const quickCases = ['P1', 'P3', 'P4', 'P7'] as const;

export interface Arguments {
  readonly isQuick: boolean;
  readonly only: ReadonlySet<string>;
  readonly json: string;
  readonly profile: string | undefined;
  readonly wantsHelp: boolean;
}

/** @throws {Error} with a sentence for the user */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'string', default: 'bench/results/latest.json' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const known: readonly string[] = values.quick ? quickCases : caseNames;
  const only = values.only?.split(',').map((name) => name.trim().toUpperCase()) ?? known;
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no case ${unknown} here; choose from ${known.join(', ')}.`);
  }
  return {
    isQuick: values.quick,
    only: new Set(only),
    json: values.json,
    profile: values.profile,
    wantsHelp: values.help,
  };
}
