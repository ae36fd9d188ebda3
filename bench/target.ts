// What is measured: the app in its processes and the storage behind it, in one of two set-ups.
import type { TransactionCounts } from '../shared/storage/index.js';

/**
 * - `adapter`: node:http straight into our pipeline: what our code costs.
 * - `emulator`: the emulator with the Functions library and host: what its user sees.
 */
export type SetUp = 'adapter' | 'emulator';

export interface Usage {
  /** CPU of the first API process since its start, microseconds; undefined where the system does not tell. */
  readonly cpuMicros: number | undefined;
  readonly azuriteMicros: number | undefined;
  /** Storage transactions of the first API process since its start; undefined where nobody can look. */
  readonly counts: TransactionCounts | undefined;
}

export interface Target {
  readonly setUp: SetUp;
  /** Base addresses of the API processes, http. */
  readonly origins: readonly [string, ...string[]];
  readonly accessKey: string;
  /** Connection string of its Azurite. */
  readonly storage: string;
  /** Every table anew, every cache empty. */
  freshStorage(): Promise<void>;
  /** Somebody from whom mail can be sent. */
  mailSender(): Promise<string>;
  /** To be asked right before and right after a slice. */
  usage(moment: 'before' | 'after'): Promise<Usage>;
  stop(): Promise<void>;
}

/** What was used between two looks. */
export function usedBetween(before: Usage, after: Usage): Usage {
  return {
    cpuMicros: difference(before.cpuMicros, after.cpuMicros),
    azuriteMicros: difference(before.azuriteMicros, after.azuriteMicros),
    counts: after.counts && countsBetween(before.counts ?? {}, after.counts),
  };
}

export function countsBetween(before: TransactionCounts, after: TransactionCounts): TransactionCounts {
  const counts = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}
