// Works on deliveries whose time has come: those that the due index names, and those for which there was no place when they
// were accepted. Nothing of a delivery is read before there is a place for its hand-over.
import { allExpired, allUnknown, attempt, recordAndGoOn } from './attempt.js';
import type { Waking } from './due-ref.js';
import { expireBehind } from './expire-behind.js';
import type { Held } from './held.js';
import { openRecipients } from './open-recipients.js';
import type { OutboxParts } from './parts.js';
import { isLeased, giveBack, takeLease } from './take-lease.js';
import { WakesOfDestination } from './wakes-of-destination.js';

export interface Worked {
  /** Whose entry leads to nothing more, and can go. */
  readonly settled: Set<Waking>;
  /** On which work failed, by a fault of ours. */
  readonly failed: Map<Waking, unknown>;
}

/** More than there are places for one destination: who does not get one waits without holding anything. */
const workersPerDestination = 16;

/**
 * One attempt of each that is due.
 *
 * @param until nothing is begun later, monotonic ms: what there was no time for is neither settled nor failed
 */
export async function workWakes<Content>(
  parts: OutboxParts<Content>,
  wakes: readonly Waking[],
  until: number,
): Promise<Worked> {
  const { clock, slots, underWay } = parts;
  const worked: Worked = { settled: new Set(), failed: new Map() };
  const workOff = async (destination: string, waiting: WakesOfDestination) => {
    while (waiting.length > 0) {
      await slots.take(destination);
      try {
        if (clock.monotonic() >= until || underWay.isStopping) {
          return;
        }
        await workOnNext(parts, waiting, worked);
      } finally {
        slots.release(destination);
      }
    }
  };
  // An entry of before may be due together with the one that took its place.
  const oneOfEach = new Map(wakes.map((wake) => [wake.id, wake]));
  await Promise.all(
    [...byDestination([...oneOfEach.values()])].flatMap(([destination, waiting]) =>
      Array.from({ length: Math.min(waiting.length, workersPerDestination) }, () => workOff(destination, waiting)),
    ),
  );
  for (const wake of wakes) {
    if (worked.settled.has(oneOfEach.get(wake.id) ?? wake)) {
      worked.settled.add(wake);
    }
  }
  return worked;
}

function byDestination(wakes: readonly Waking[]): ReadonlyMap<string, WakesOfDestination> {
  const groups = new Map<string, WakesOfDestination>();
  for (const wake of wakes) {
    const group = groups.get(wake.destination) ?? new WakesOfDestination(wake.destination);
    groups.set(wake.destination, group);
    group.add(wake);
  }
  return groups;
}

/** The next of those that wait for one destination; as many as go together where the carrier takes several. */
async function workOnNext<Content>(
  parts: OutboxParts<Content>,
  waiting: WakesOfDestination,
  worked: Worked,
): Promise<void> {
  const { breaker, clock, rules } = parts;
  const { maxCount, maxBytes } = rules.carrier.batch ?? { maxCount: 1, maxBytes: 0 };
  const done = new Set<string>();
  const taken: Waking[] = [];
  const together: Held<Content>[] = [];
  let alone: Held<Content> | undefined;
  let bytes = 0;
  const { destination } = waiting;
  let mayBegin = breaker.tryBegin(destination);
  while (together.length < maxCount && alone === undefined) {
    const wake = waiting.next();
    if (wake === undefined) {
      break;
    }
    if (!mayBegin && wake.giveUpAt > clock.now()) {
      waiting.free(wake.lane);
      continue;
    }
    taken.push(wake);
    try {
      const held = await prepare(parts, wake, mayBegin, done);
      if (held === undefined) {
        continue;
      }
      bytes += held.delivery.bytes;
      const fits = together.length === 0 || (bytes <= maxBytes && !held.lane.isShared);
      if (fits) {
        together.push(held);
      } else {
        alone = held;
      }
      if (held.lane.isShared) {
        break;
      }
    } catch (error) {
      worked.failed.set(wake, error);
    }
  }
  try {
    if (together.length > 0) {
      mayBegin = false;
      await attempt(parts, together, done);
    }
    if (alone !== undefined && breaker.tryBegin(destination)) {
      await attempt(parts, [alone], done);
    } else if (alone !== undefined) {
      await giveBack(parts, alone);
    }
  } catch (error) {
    for (const wake of taken) {
      if (!done.has(wake.id)) {
        worked.failed.set(wake, error);
      }
    }
  } finally {
    if (mayBegin) {
      breaker.leave(destination);
    }
  }
  for (const wake of taken) {
    waiting.free(wake.lane);
    if (done.has(wake.id)) {
      worked.settled.add(wake);
    }
  }
}

/**
 * Takes the lease of what is to be handed over. What needs no hand-over is recorded here: given up, interrupted, or only
 * to be told.
 */
async function prepare<Content>(
  parts: OutboxParts<Content>,
  wake: Waking,
  mayBegin: boolean,
  done: Set<string>,
): Promise<Held<Content> | undefined> {
  const { store, clock, blobs, rules } = parts;
  const found = await store.find(wake.lane);
  if (found === undefined || wake.id < found.head.id) {
    // Not there yet, when its acceptance may be under way.
    if (clock.realNow() < wake.acceptedBy) {
      return undefined;
    }
    if (wake.blob !== '') {
      await blobs.discard(wake.blob);
    }
    done.add(wake.id);
    return undefined;
  }
  const { lane, head } = found;
  if (isLeased(lane, clock.realNow())) {
    return undefined;
  }
  if (wake.id > head.id && wake.giveUpAt <= clock.now()) {
    if (await expireBehind(parts, found, wake.id)) {
      done.add(wake.id);
    }
    return undefined;
  }
  const isExpired = head.giveUpAt <= clock.now();
  if (lane.dueMs > clock.now() && !isExpired) {
    // A later entry leads to it. One that stands behind the head waits for that one.
    if (head.id === wake.id) {
      done.add(wake.id);
    }
    return undefined;
  }
  const wasInterrupted = lane.isHanding && !rules.carrier.repeatsUnknown;
  if (wasInterrupted || isExpired || openRecipients(lane, head).length === 0) {
    const held = await takeLease(parts, found, false);
    const outcomes = wasInterrupted ? allUnknown(head.recipients) : allExpired(head.recipients);
    if (held !== undefined) {
      await recordAndGoOn(parts, held, outcomes, done);
    }
    return undefined;
  }
  return mayBegin ? takeLease(parts, found, true) : undefined;
}
