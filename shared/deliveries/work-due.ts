// The due pass: finds in the outbox's own due index what is to be handed over (again). An entry stays until somebody has seen
// that it leads to nothing more, so neither a lost message nor a dead worker loses anything: it is moved a few minutes ahead
// when it is put into the queue, and goes when the message is worked on.
import { eachDuePage, maxPostponeMs, readDueEntry, slicesOf, type StoredDueEntry } from '../storage/index.js';
import { toWake, type Wake, type Waking } from './due-ref.js';
import { bucketLeaseMs, duePage, entriesPerMessage, sliceMs } from './limits.js';
import type { OutboxParts } from './parts.js';
import { workWakes } from './work-wakes.js';

/** When an entry is looked at again that could not be worked off here, product ms. */
const lookAgainMs = 60_000;

/** What a message holds: row keys of one bucket of the due index, which are random ids, hashes and times. */
interface Message {
  readonly bucket: number;
  readonly entries: readonly string[];
}

type Handled = (bucket: number, entries: readonly StoredDueEntry[]) => Promise<void>;

/** Puts what is due into the queue. */
export async function enqueueDue<Content>(parts: OutboxParts<Content>): Promise<void> {
  const { due, queue, clock } = parts;
  await eachDue(parts, clock.monotonic() + sliceMs, async (bucket, entries) => {
    const moved = await due.postpone(bucket, entries, clock.now(), maxPostponeMs);
    for (const some of slicesOf(moved, entriesPerMessage)) {
      await send(queue, bucket, some);
    }
  });
}

/** Works on what is due here and now: one attempt of each, however it ends. */
export async function attemptDue<Content>(parts: OutboxParts<Content>): Promise<void> {
  const { due, clock, rules, reportFailure } = parts;
  const until = Number.POSITIVE_INFINITY;
  await eachDue(parts, until, async (bucket, entries) => {
    const wakes = entries.map((entry) => toWake(bucket, entry));
    const { settled, failed } = await workWakes(parts, wakes, until);
    for (const failure of failed.values()) {
      reportFailure(rules.name, failure);
    }
    const isSettled = (_: StoredDueEntry, index: number) => settled.has(wakes[index] as Waking);
    await due.remove(bucket, entries.filter(isSettled));
    await due.postpone(
      bucket,
      entries.filter((entry, index) => !isSettled(entry, index)),
      clock.now(),
      lookAgainMs,
    );
  });
}

/**
 * Works on one message.
 *
 * @throws what failed, when the message is about one delivery; of several each gets a message of its own
 */
export async function workMessage<Content>(parts: OutboxParts<Content>, text: string): Promise<void> {
  const { due, queue, clock } = parts;
  const wakes = readMessage(text);
  const { settled, failed } = await workWakes(parts, wakes, clock.monotonic() + sliceMs);
  for (const [bucket, some] of byBucket(wakes.filter((wake) => settled.has(wake)))) {
    await due.remove(bucket, some);
  }
  if (failed.size === 0) {
    return;
  }
  if (wakes.length === 1) {
    throw failed.values().next().value;
  }
  for (const { entry } of failed.keys()) {
    if (entry !== undefined) {
      await send(queue, entry.bucket, [entry]);
    }
  }
}

/** @throws {SyntaxError} when it is none of ours */
export function readMessage(text: string): readonly Wake[] {
  const { bucket, entries } = JSON.parse(text) as Message;
  return entries.map((rowKey) => toWake(bucket, readDueEntry(rowKey, 0)));
}

async function send(
  queue: { send(text: string): Promise<void> },
  bucket: number,
  entries: readonly { readonly rowKey: string }[],
): Promise<void> {
  const message: Message = { bucket, entries: entries.map(({ rowKey }) => rowKey) };
  await queue.send(JSON.stringify(message));
}

function byBucket(wakes: readonly Wake[]): Map<number, Wake['entry'][]> {
  const buckets = new Map<number, Wake['entry'][]>();
  for (const { entry } of wakes) {
    buckets.set(entry.bucket, [...(buckets.get(entry.bucket) ?? []), entry]);
  }
  return buckets;
}

/** What is for a destination that is down is moved ahead, and nothing else. */
async function eachDue<Content>(parts: OutboxParts<Content>, until: number, handle: Handled): Promise<void> {
  const { due, clock, ids, underWay } = parts;
  // What an attempt puts off belongs to the next pass.
  const begun = clock.now();
  const isOver = () => clock.monotonic() >= until || underWay.isStopping;
  const pass = { due, clock, ids, pageEntries: duePage, leaseMs: bucketLeaseMs, now: () => begun, isOver };
  await eachDuePage(pass, (bucket, entries) => handleDue(parts, bucket, entries, handle));
}

async function handleDue<Content>(
  { due, clock, breaker }: OutboxParts<Content>,
  bucket: number,
  entries: readonly StoredDueEntry[],
  handle: Handled,
): Promise<void> {
  const now = clock.now();
  const openUntil = new Map<number, StoredDueEntry[]>();
  const handled: StoredDueEntry[] = [];
  for (const entry of entries) {
    const { destination, giveUpAt } = toWake(bucket, entry);
    const until = giveUpAt > now ? breaker.openUntil(destination) : undefined;
    if (until === undefined) {
      handled.push(entry);
    } else {
      openUntil.set(until, [...(openUntil.get(until) ?? []), entry]);
    }
  }
  for (const [until, some] of openUntil) {
    await due.postpone(bucket, some, now, Math.ceil(until - now));
  }
  if (handled.length > 0) {
    await handle(bucket, handled);
  }
}
