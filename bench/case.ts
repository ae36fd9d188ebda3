// A case of the benchmark: what it needs, and how it is run.
import type { World } from './bench-world.js';
import type { Result } from './result.js';
import type { SetUp } from './target.js';

export interface RunOptions {
  /** Slices a case. */
  readonly slices: number;
  /** Least length of a slice of load, milliseconds. */
  readonly sliceMs: number;
  /** Only counts decide; rates are printed. */
  readonly isQuick: boolean;
  readonly progress: (text: string) => void;
}

/** A case that is run against a target. */
export interface TargetCase {
  /** The lines that it gives, its own first, e.g. P1 and P4. */
  readonly gives: readonly [string, ...string[]];
  readonly setUps: readonly SetUp[];
  readonly isInQuick: boolean;
  run(world: World, options: RunOptions): Promise<Result[]>;
}
