// Works off what is due, several things of a page at once, those of one kind that belong together in one go.
import { type DueIndex, eachDuePage, maxPostponeMs, type StoredDueEntry } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { DueWorkByKind } from './due-work.js';
import type { SweepTally } from './sweep-tally.js';

interface SweepParts {
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly work: DueWorkByKind;
  /** Begins nothing after this time, monotonic ms. */
  readonly until: number;
}

const maxRounds = 10;
const pageEntries = 100;
const inParallel = 8;
/** Product time, ms. */
const leaseMs = 60_000;
/**
 * When an entry that is not ready, or whose work failed, is looked at again, product ms: before the timer's next run, so
 * that each run knows what is late.
 */
const notReadyMs = 60_000;
const failedMs = maxPostponeMs;

export async function sweepDue(parts: SweepParts, tally: SweepTally): Promise<void> {
  const { due, clock, ids, until } = parts;
  const isOver = () => clock.monotonic() >= until;
  const pass = { due, clock, ids, pageEntries, leaseMs, now: () => clock.now(), isOver };
  for (let round = 0; round < maxRounds; round++) {
    due.takeEarliestAdded();
    if (!(await eachDuePage(pass, (bucket, entries) => workOff(parts, bucket, entries, tally)))) {
      tally.hasMore = true;
      return;
    }
    // Work may make more that is due already, when the clock has jumped far.
    if (due.takeEarliestAdded() > clock.now()) {
      break;
    }
  }
}

async function workOff(
  parts: SweepParts,
  bucket: number,
  entries: readonly StoredDueEntry[],
  tally: SweepTally,
): Promise<void> {
  const { due, clock, until } = parts;
  const now = clock.now();
  const waiting = groupsOf(parts.work, entries).values();
  const done: StoredDueEntry[] = [];
  const workOffNext = async () => {
    for (const group of waiting) {
      if (await workOn(parts, bucket, group, now, tally)) {
        done.push(...group.entries);
      }
      // Half of what the lease lasts: who begins nothing later is through before anybody else takes the bucket.
      if (clock.monotonic() >= until) {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: inParallel }, workOffNext));
  await due.remove(bucket, done);
}

/** Entries of one kind that are worked off together. */
interface DueGroup {
  readonly kind: string;
  readonly entries: StoredDueEntry[];
}

/** In the order of the oldest of each. */
function groupsOf(work: DueWorkByKind, entries: readonly StoredDueEntry[]): readonly DueGroup[] {
  const groups = new Map<string, DueGroup>();
  for (const entry of entries) {
    const { kind, id } = entry;
    const key = `${kind}~${work[kind]?.groupOf(id) ?? id}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { kind, entries: [entry] });
    } else {
      group.entries.push(entry);
    }
  }
  return [...groups.values()];
}

/** @returns whether the entries are worked off and can go; otherwise they are moved to a later time */
async function workOn(parts: SweepParts, bucket: number, { kind, entries }: DueGroup, now: number, tally: SweepTally) {
  const { clock, due, work } = parts;
  const counts = tally.of(kind);
  counts.due += entries.length;
  for (const { since } of entries) {
    counts.oldestOverdueMs = Math.max(counts.oldestOverdueMs, now - since);
  }
  const ids = [...new Set(entries.map(({ id }) => id))];
  let delayMs = notReadyMs;
  try {
    // A kind that nobody works on stays: a newer version may know it.
    if (await work[kind]?.work(ids, { now: clock.now(), realNow: clock.realNow() })) {
      counts.done += entries.length;
      return true;
    }
  } catch (error) {
    tally.addFailure(kind, error, entries.length);
    delayMs = failedMs;
  }
  await due.postpone(bucket, entries, now, delayMs);
  return false;
}
