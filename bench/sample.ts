// What one slice measured.
import type { TransactionCounts } from '../shared/storage/index.js';
import type { LoopResult } from './closed-loop.js';

export interface Sample extends LoopResult {
  /** CPU of the process under test (API or raw client), microseconds; undefined where the system does not tell. */
  readonly cpuMicros?: number | undefined;
  /** CPU of Azurite, microseconds. */
  readonly azuriteMicros?: number | undefined;
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
