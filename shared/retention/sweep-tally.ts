// What one run of the sweep has done, by kind, and the one line about it.

export interface KindTally {
  /** Things that were found due. */
  due: number;
  /** Of those, dealt with: deleted, or brought one step further, such as a thread that is expired now. */
  done: number;
  failed: number;
  /** How long the oldest that was found had been due, ms. */
  oldestOverdueMs: number;
}

/** Enough to see what is wrong, however much failed. */
const keptFailures = 20;

export class SweepTally {
  readonly kinds = new Map<string, KindTally>();
  /** The first of them; {@link failed} counts all. */
  readonly failures: unknown[] = [];
  /** True when time ran out before all that is due was looked at. */
  hasMore = false;

  /** @param kind of due work, or the name of a store whose rows lie in the order of their time */
  of(kind: string): KindTally {
    let tally = this.kinds.get(kind);
    if (tally === undefined) {
      this.kinds.set(kind, (tally = { due: 0, done: 0, failed: 0, oldestOverdueMs: 0 }));
    }
    return tally;
  }

  /** @param things how many failed by this error */
  addFailure(kind: string, error: unknown, things: number): void {
    this.of(kind).failed += things;
    if (this.failures.length < keptFailures) {
      this.failures.push(error);
    }
  }

  get failed(): number {
    return [...this.kinds.values()].reduce((sum, { failed }) => sum + failed, 0);
  }

  get oldestOverdueMs(): number {
    return Math.max(0, ...[...this.kinds.values()].map((tally) => tally.oldestOverdueMs));
  }
}

/** Kinds, counts and times only. */
export function describeSweep({ kinds, oldestOverdueMs, hasMore }: SweepTally): string {
  const parts = [...kinds].map(
    ([kind, tally]) =>
      `${kind}: ${tally.due} due, ${tally.done} done, ${tally.failed} failed, oldest ${seconds(tally.oldestOverdueMs)}`,
  );
  const found = parts.length === 0 ? 'nothing was due' : parts.join('; ');
  return `Sweep: ${found}; oldest overdue ${seconds(oldestOverdueMs)}${hasMore ? '; more to do' : ''}.`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
