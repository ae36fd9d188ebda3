// One line of the table: what was measured against what, and whether the goal is met.
import type { CpuUse } from './sample.js';
import type { Spread } from './statistics.js';
import type { SetUp } from './target.js';

export interface Goal {
  readonly kind: 'at least' | 'at most' | 'exactly';
  readonly value: number;
}

export interface Result {
  readonly case: string;
  /** Absent where there is only one. */
  readonly setUp?: SetUp;
  readonly what: string;
  readonly unit: string;
  /** Median of the slices. */
  readonly ours: number;
  readonly baseline?: number | undefined;
  readonly ratio?: Spread | undefined;
  /** CPU of our side an operation. */
  readonly cpu?: CpuUse | undefined;
  /** Ratio of the baseline to itself in the same run. */
  readonly noise?: Spread | undefined;
  /** The baseline differed from itself in every attempt; such a result never passes. */
  readonly isVoid?: boolean | undefined;
  readonly goal?: Goal | undefined;
  /** Whether the exit code depends on it. */
  readonly isGated: boolean;
  /** Why there are no figures. */
  readonly failure?: string;
}

/** Runs what gives results; when it breaks off, that is a result too, and the other cases go on. */
export async function resultsOrFailure(name: string, run: () => Promise<Result[]>): Promise<Result[]> {
  try {
    return await run();
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return [{ case: name, what: 'broke off', unit: '', ours: Number.NaN, isGated: true, failure }];
  }
}

/** undefined when there is no goal. What broke off or is void meets none. Of the ratio where there is one, else of our own figure. */
export function isMet({ goal, ratio, ours, isVoid, failure }: Result): boolean | undefined {
  if (failure !== undefined) {
    return false;
  }
  if (goal === undefined) {
    return undefined;
  }
  if (isVoid === true) {
    return false;
  }
  const value = ratio?.median ?? ours;
  switch (goal.kind) {
    case 'at least':
      return value >= goal.value;
    case 'at most':
      return value <= goal.value;
    case 'exactly':
      return value === goal.value;
  }
}
