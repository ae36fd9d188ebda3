// The results as a table for people.
import { isMet, type Result } from './result.js';
import type { CpuUse } from './sample.js';
import type { Spread } from './statistics.js';

const columns = [
  'case',
  'through',
  'what',
  'ours',
  'baseline',
  'unit',
  'ratio',
  'A/A',
  'goal',
  'met?',
  'CPU µs api+azurite+load',
] as const;
const rightAligned = new Set<string>(['ours', 'baseline']);

export function renderTable(results: readonly Result[]): string {
  const rows = [[...columns], ...results.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return rightAligned.has(columns[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  const failures = results.filter(({ failure }) => failure !== undefined);
  return [...lines, ...failures.map((result) => `${result.case} broke off: ${result.failure}`)].join('\n');
}

function cellsOf(result: Result): string[] {
  const { goal, isVoid, isGated } = result;
  const met = isMet(result);
  const verdict = met === undefined ? '' : isVoid ? 'void' : met ? 'yes' : 'NO';
  return [
    result.case,
    result.setUp ?? '',
    result.what,
    figure(result.ours),
    result.baseline === undefined ? '' : figure(result.baseline),
    result.unit,
    result.ratio === undefined ? '' : spread(result.ratio),
    result.noise === undefined ? '' : spread(result.noise),
    goal === undefined ? '' : `${goal.kind} ${goal.value}`,
    verdict === '' || isGated ? verdict : `(${verdict})`,
    result.cpu === undefined ? '' : cpu(result.cpu),
  ];
}

function spread({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} [${min.toFixed(2)}..${max.toFixed(2)}]`;
}

function cpu({ api, azurite, load }: CpuUse): string {
  return [api, azurite, load].map((micros) => micros ?? '?').join('+');
}

function figure(value: number): string {
  if (Number.isNaN(value)) {
    return '-';
  }
  if (Number.isInteger(value) || value >= 1000) {
    return value.toLocaleString('en', { maximumFractionDigits: 0 });
  }
  return value.toPrecision(3);
}
