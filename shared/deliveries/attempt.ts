// One attempt: hands over what this process holds the lease of, and records what became of it.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Outcomes } from './carrier.js';
import { handOver } from './hand-over.js';
import type { Lane } from './model.js';
import { hashOfPerson } from './persons.js';
import type { Held } from './held.js';
import { openRecipients } from './open-recipients.js';
import type { OutboxParts } from './parts.js';
import { recordOutcome } from './record-outcome.js';
import { giveBack, lastsLongEnough, readContent } from './take-lease.js';
import { withdrawHeld } from './withdraw.js';

/**
 * Hands over, and goes on through a lane for as long as something comes next in it.
 *
 * @param held of one destination, which the breaker has let begin; several only where the carrier takes them together
 * @param done gets the ids of those whose outcome is recorded, the next of their lanes included
 */
export async function attempt<Content>(
  parts: OutboxParts<Content>,
  held: readonly Held<Content>[],
  done: Set<string>,
): Promise<void> {
  // Only a shared lane has a next one, and such a delivery is handed over by itself.
  let [leased] = await attemptOnce(parts, held, done);
  while (leased !== undefined) {
    leased = await goOn(parts, leased, done);
  }
}

/** Records what needs no hand-over, and goes on as {@link attempt} does. */
export async function recordAndGoOn<Content>(
  parts: OutboxParts<Content>,
  held: Held<Content>,
  outcomes: Parameters<typeof recordOutcome<Content>>[2],
  done: Set<string>,
): Promise<void> {
  let leased = await record(parts, held, outcomes, done);
  while (leased !== undefined) {
    leased = await goOn(parts, leased, done);
  }
}

/** @returns the lanes in which something comes next, with the lease of this process */
async function attemptOnce<Content>(
  parts: OutboxParts<Content>,
  held: readonly Held<Content>[],
  done: Set<string>,
): Promise<readonly Lane[]> {
  const [
    {
      lane: { destination },
    } = { lane: { destination: '' } },
  ] = held;
  const { breaker } = parts;
  let outcomes: readonly Outcomes[] | undefined;
  let going: readonly Held<Content>[] = [];
  try {
    await parts.requireOwnStorage();
    going = await whatMayGo(parts, held, done);
    if (going.length > 0) {
      outcomes = await handOver(parts, going);
    }
  } finally {
    if (outcomes === undefined) {
      breaker.leave(destination);
    } else if (outcomes.some(hasAnswered)) {
      breaker.succeed(destination);
    } else {
      breaker.fail(destination);
    }
  }
  const recorded = going.map((each, index) => record(parts, each, outcomes?.[index] ?? {}, done));
  return (await Promise.all(recorded)).flatMap((lane) => lane ?? []);
}

async function record<Content>(
  parts: OutboxParts<Content>,
  held: Held<Content>,
  outcomes: Parameters<typeof recordOutcome<Content>>[2],
  done: Set<string>,
): Promise<Lane | undefined> {
  const { isRecorded, next } = await recordOutcome(parts, held, outcomes);
  if (isRecorded) {
    done.add(held.delivery.id);
  }
  return next;
}

/** The next of a lane, whose lease was taken over with the outcome of the one before. */
async function goOn<Content>(parts: OutboxParts<Content>, leased: Lane, done: Set<string>): Promise<Lane | undefined> {
  const { store, clock, breaker, underWay } = parts;
  const found = await store.find(leased.lane);
  if (found === undefined || found.lane.lease !== leased.lease) {
    return undefined;
  }
  const { lane, head } = found;
  const next = { lane, delivery: head, content: readContent<Content>(head.content) };
  if (head.giveUpAt <= clock.now()) {
    return record(parts, next, allExpired(head.recipients), done);
  }
  if (!underWay.isStopping && breaker.tryBegin(lane.destination)) {
    return (await attemptOnce(parts, [next], done))[0];
  }
  await giveBack(parts, next);
  return undefined;
}

/** Without whom of it was deleted meanwhile, and without what this process has no time left for. */
async function whatMayGo<Content>(
  parts: OutboxParts<Content>,
  held: readonly Held<Content>[],
  done: Set<string>,
): Promise<readonly Held<Content>[]> {
  const going: Held<Content>[] = [];
  for (const each of held) {
    const left = await withoutErased(parts, each);
    if (left === undefined) {
      done.add(each.delivery.id);
    } else if (
      parts.underWay.isStopping ||
      !lastsLongEnough(parts, left) ||
      // Whoever was still to get it is withdrawn; of the others there is only to be told.
      openRecipients(left.lane, left.delivery).length === 0
    ) {
      await giveBack(parts, left);
    } else {
      going.push(left);
    }
  }
  return going;
}

/** The other side has said yes or no to somebody: it is there. */
function hasAnswered(outcomes: Outcomes): boolean {
  return Object.values(outcomes).some(({ outcome }) => outcome === 'taken' || outcome === 'refused');
}

/** Of whoever was not handed over in time. */
export const lastHourReason = 'last-hour';

export function allExpired(recipients: readonly { readonly id: string }[]) {
  return Object.fromEntries(recipients.map(({ id }) => [id, { outcome: 'expired', reason: lastHourReason } as const]));
}

export function allUnknown(recipients: readonly { readonly id: string }[]) {
  return Object.fromEntries(recipients.map(({ id }) => [id, { outcome: 'unknown', reason: 'interrupted' } as const]));
}

/** Asks again whom of it was deleted meanwhile; undefined when nothing is left to hand over. */
async function withoutErased<Content>(
  parts: OutboxParts<Content>,
  held: Held<Content>,
): Promise<Held<Content> | undefined> {
  const { rules, wasDeleted, hashKey } = parts;
  const { delivery, content } = held;
  const persons = new Map<string, PersonalIdentifier>();
  const addPerson = (identifier: PersonalIdentifier | undefined) => {
    if (identifier !== undefined) {
      persons.set(hashOfPerson(hashKey, delivery.resourceId, identifier), identifier);
    }
  };
  for (const identifier of rules.concernsOf(content)) {
    addPerson(identifier);
  }
  for (const { address } of delivery.recipients) {
    addPerson(rules.recipientOf(address));
  }
  let left: Held<Content> | undefined = held;
  for (const [who, identifier] of persons) {
    if (left !== undefined && (await wasDeleted(delivery.resourceId, identifier, delivery.acceptedOn))) {
      left = await withdrawHeld(parts, left, who);
    }
  }
  return left;
}
