// Records what became of a delivery. The capability is told first, then one transaction takes away the recipients whose
// outcome is final, and with the last of them everything.
import type { Outcomes } from './carrier.js';
import { nextAttemptAt } from './back-off.js';
import { dueIdOf, handOverKind } from './due-ref.js';
import { tellLimitMs } from './limits.js';
import type { DeliveryFacts, FinalOutcome, KeptDelivery, KeptRecipient, Lane, ToldOutcome } from './model.js';
import type { Held } from './held.js';
import { openRecipients } from './open-recipients.js';
import type { OutboxParts } from './parts.js';
import { isLeased, readContent, underLease } from './take-lease.js';

interface Sorted {
  readonly finals: readonly FinalOutcome[];
  readonly open: readonly KeptRecipient[];
  /** Product ms. */
  readonly notBefore: number;
}

export interface Recorded {
  /** Whether the entry that led here is superfluous now; not when somebody else has taken the lane over. */
  readonly isRecorded: boolean;
  /** The lane, with its lease on the next delivery, when there is one. */
  readonly next?: Lane;
}

/** @param outcomes of each recipient; one without stays open */
export async function recordOutcome<Content>(
  parts: OutboxParts<Content>,
  held: Held<Content>,
  outcomes: Readonly<Record<string, Outcomes[string] | { readonly outcome: 'expired'; readonly reason: string }>>,
): Promise<Recorded> {
  const { metrics, rules, store, clock } = parts;
  if (!isLeased(held.lane, clock.realNow())) {
    // This process was held up for longer than its lease: somebody else may have told another outcome.
    const found = await store.find(held.lane.lane);
    if (found?.lane.lease !== held.lane.lease) {
      return { isRecorded: false };
    }
  }
  const { finals, open, notBefore } = sort(parts, held, outcomes);
  for (const { outcome } of finals) {
    metrics.countOutcome(rules.name, outcome);
  }
  const untold = await tell(parts, held, [...held.lane.untold, ...finals]);
  if (open.length === 0 && untold.length === 0) {
    return finish(parts, held);
  }
  if (open.length > 0) {
    metrics.countOutcome(rules.name, 'deferred');
  }
  const isRecorded = await putOff(parts, held, { open, untold, notBefore });
  if (isRecorded && open.length > 0) {
    await tellPutOff(parts, held, open, outcomes);
  }
  return { isRecorded };
}

function sort<Content>(
  { rules }: OutboxParts<Content>,
  { lane, delivery }: Held<Content>,
  outcomes: Parameters<typeof recordOutcome<Content>>[2],
): Sorted {
  const finals: FinalOutcome[] = [];
  const open: KeptRecipient[] = [];
  let notBefore = 0;
  for (const recipient of openRecipients(lane, delivery)) {
    const outcome = outcomes[recipient.id];
    const isRepeated = outcome?.outcome === 'unknown' && rules.carrier.repeatsUnknown;
    if (outcome === undefined || outcome.outcome === 'deferred' || isRepeated) {
      open.push(recipient);
      // All wait for the one that waits longest: one entry of the due index, one attempt.
      if (outcome?.outcome === 'deferred') {
        notBefore = Math.max(notBefore, timeOf(outcome.notBefore));
      }
    } else {
      finals.push({ recipient: recipient.id, ...outcome });
    }
  }
  return { finals, open, notBefore };
}

/** What a carrier has made of words of the other side may be no number, and no outcome could be recorded with it. */
function timeOf(notBefore = 0): number {
  return Number.isNaN(notBefore) ? 0 : notBefore;
}

/** @returns what it could not be told */
export async function tell<Content>(
  { rules, reportFailure }: OutboxParts<Content>,
  { lane, delivery }: Held<Content>,
  outcomes: readonly FinalOutcome[],
): Promise<readonly FinalOutcome[]> {
  if (outcomes.length === 0) {
    return [];
  }
  const told = rules.keepsUntoldForMs === undefined ? outcomes : withAddresses(delivery, outcomes);
  try {
    await inTime(rules.onOutcome(factsOf({ lane, delivery }), told, () => readContent(delivery.content)));
    return [];
  } catch (error) {
    reportFailure(rules.name, error);
    return outcomes;
  }
}

function withAddresses({ recipients }: KeptDelivery, outcomes: readonly FinalOutcome[]): readonly ToldOutcome[] {
  const addresses = new Map(recipients.map(({ id, address }) => [id, address]));
  return outcomes.map((outcome) => {
    const address = addresses.get(outcome.recipient);
    return { ...outcome, ...(address !== undefined && { address }) };
  });
}

async function tellPutOff<Content>(
  { rules, reportFailure }: OutboxParts<Content>,
  held: Held<Content>,
  open: readonly KeptRecipient[],
  outcomes: Parameters<typeof recordOutcome<Content>>[2],
): Promise<void> {
  if (rules.onPutOff === undefined) {
    return;
  }
  const reasons = open.map(({ id }) => {
    const outcome = outcomes[id];
    return { recipient: id, reason: outcome !== undefined && 'reason' in outcome ? outcome.reason : '' };
  });
  try {
    await inTime(rules.onPutOff(factsOf(held), reasons));
  } catch (error) {
    reportFailure(rules.name, error);
  }
}

function factsOf({ lane, delivery }: Pick<Held<unknown>, 'lane' | 'delivery'>): DeliveryFacts {
  const { id, resourceId, reference, acceptedOn, giveUpAt } = delivery;
  return { id, resourceId, reference, acceptedOn, giveUpAt, attempts: lane.attempts };
}

/** @throws when it takes longer than whoever is told may take */
async function inTime(told: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('An outcome was not taken in time.')), tellLimitMs);
  });
  try {
    await Promise.race([told, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Removes the delivery; the next of its lane is taken over in the same transaction. */
async function finish<Content>(parts: OutboxParts<Content>, held: Held<Content>): Promise<Recorded> {
  const { store, clock, leaseMs, blobs, spent, waiting } = parts;
  const { delivery } = held;
  const next = {
    attempts: 1,
    dueMs: clock.now(),
    leasedUntil: clock.realNow() + leaseMs,
    isHanding: true,
    untold: [],
    tellings: 0,
  };
  const removed = await underLease(parts, held.lane, async (lane) => {
    const { isDone, lane: after } = await store.removeDelivery(lane, delivery, next);
    return isDone ? { after } : undefined;
  });
  if (removed === undefined) {
    return { isRecorded: false };
  }
  waiting.finish(delivery.resourceId, held.lane.destination);
  if (delivery.blob !== '') {
    await blobs.remove(delivery.blob);
  }
  await spent.spend(delivery.id);
  return { isRecorded: true, ...(removed.after !== undefined && { next: removed.after }) };
}

/** The entry that wakes it comes first: whoever dies behind it has lost nothing. */
async function putOff<Content>(
  parts: OutboxParts<Content>,
  { lane, delivery }: Held<Content>,
  { open, untold, notBefore }: { open: readonly KeptRecipient[]; untold: readonly FinalOutcome[]; notBefore: number },
): Promise<boolean> {
  const { store, due, clock, ids, spent, blobs, rules } = parts;
  const { giveUpAt, id, blob } = delivery;
  // What is only to be told has no last hour.
  const isOnlyTold = open.length === 0;
  const lastAt = isOnlyTold ? Number.MAX_SAFE_INTEGER : giveUpAt;
  const tellings = isOnlyTold ? lane.tellings + 1 : 0;
  const attempts = isOnlyTold ? tellings : Math.max(1, lane.attempts);
  const dueMs = nextAttemptAt(ids, clock.now(), { attempts, notBefore, giveUpAt: lastAt });
  const ref = { id, lane: lane.lane, destination: lane.destination, giveUpAt, acceptedBy: 0, blob };
  const keepsUntold = clock.now() < giveUpAt + (rules.keepsUntoldForMs ?? Number.NEGATIVE_INFINITY);
  const isLeft = ({ id: each }: KeptRecipient) =>
    open.some((one) => one.id === each) || (keepsUntold && untold.some(({ recipient }) => recipient === each));
  const kept = delivery.recipients.filter(isLeft);
  const entry = await due.addInTurn({ kind: handOverKind, id: dueIdOf(ref), dueMs });
  const isPutOff = await underLease(parts, lane, (current) =>
    store.change(
      current,
      { leasedUntil: 0, lease: '', isHanding: false, dueMs, untold, tellings },
      store.keepingOnly(delivery, kept, lane, open.length > 0),
    ),
  );
  if (isPutOff === undefined) {
    return false;
  }
  if (open.length === 0 && blob !== '') {
    await blobs.remove(blob);
  }
  await spent.replace(id, entry);
  return true;
}
