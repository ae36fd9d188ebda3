// What one slice measured.
import type { TransactionCounts } from '../shared/storage/index.js';
import { medianOf } from './statistics.js';
import type { LoopResult } from './closed-loop.js';

export interface Sample extends LoopResult {
  /** CPU of the process under test (API or raw client), microseconds; undefined where the system does not tell. */
  readonly cpuMicros?: number | undefined;
  /** CPU of Azurite, microseconds. */
  readonly azuriteMicros?: number | undefined;
  /** CPU of the load generator, microseconds. */
  readonly loadMicros?: number;
  /** Storage transactions of the API; undefined where nobody can look. */
  readonly counts?: TransactionCounts | undefined;
}

export function rateOf({ operations, seconds }: Sample): number {
  return operations / seconds;
}

/** CPU of the process under test, microseconds an operation. */
export function cpuPerOperation({ cpuMicros = Number.NaN, operations }: Sample): number {
  return cpuMicros / operations;
}

/** Medians, microseconds an operation; undefined where the system does not tell. */
export interface CpuUse {
  readonly api: number | undefined;
  readonly azurite: number | undefined;
  readonly load: number | undefined;
}

export function cpuUseOf(samples: readonly Sample[]): CpuUse {
  const median = (read: (sample: Sample) => number | undefined): number | undefined => {
    const values = samples.map((sample) => (read(sample) ?? Number.NaN) / sample.operations);
    return values.some(Number.isNaN) ? undefined : Math.round(medianOf(values));
  };
  return {
    api: median(({ cpuMicros }) => cpuMicros),
    azurite: median(({ azuriteMicros }) => azuriteMicros),
    load: median(({ loadMicros }) => loadMicros),
  };
}
