// Works off what is due, oldest first. The due index is a superset: each kind of work asks the thing itself first.
import type { DueIndex } from '../storage/index.js';
import type { Clock } from '../time/clock.js';

/**
 * Does one kind of due work for the thing with this id.
 *
 * @returns true when it is done, or there is nothing to do (any more); false when it must stay due
 */
export type DueWork = (id: string) => Promise<boolean>;

const batch = 100;

/** @throws what the first failing piece of work throws, after all of its batch were tried: the platform runs it again */
export async function sweepDue(due: DueIndex, clock: Clock, work: Readonly<Record<string, DueWork>>): Promise<void> {
  for (;;) {
    const entries = await due.due(clock.now(), batch);
    const failures: unknown[] = [];
    let done = 0;
    for (const entry of entries) {
      try {
        // A kind that nobody works on stays: a newer version may know it.
        if (!(await work[entry.kind]?.(entry.id))) continue;
        await due.remove(entry);
        done += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    if (entries.length < batch || done === 0) return;
  }
}
