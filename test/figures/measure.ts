// What the figures have in common: the middle of several runs, the memory of processes, and a line to read.
import { readFileSync } from 'node:fs';

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Proportional set size of the processes together, MB (10^6 bytes): pages that several share count once. */
export function memoryOf(pids: readonly number[]): number {
  const kibibytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]),
  );
  return (kibibytes.reduce((sum, each) => sum + each, 0) * 1024) / 1e6;
}

/** Prints a figure beside its bound. */
export function report(what: string, measured: string, bound = 'no bound'): void {
  process.stdout.write(`  ${what}: ${measured} (${bound})\n`);
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
