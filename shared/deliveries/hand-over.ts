// Calls the carrier, within its time, and makes one outcome of whatever comes back for each recipient.
import { Readable } from 'node:stream';
import type { Outcomes, Parcel, RecipientOutcome } from './carrier.js';
import type { Held } from './held.js';
import { openRecipients } from './open-recipients.js';
import { traced } from '../tracing/index.js';
import type { OutboxParts } from './parts.js';

/** @returns the outcomes of each, in their order; every recipient has one */
export async function handOver<Content>(
  parts: OutboxParts<Content>,
  held: readonly Held<Content>[],
): Promise<readonly Outcomes[]> {
  // A batch goes on in the trace of its first delivery, and is linked to those of the others.
  const [parent, ...others] = held.flatMap(({ delivery: { trace } }) => trace ?? []);
  return await traced(`deliver-${parts.rules.name}`, { kind: 'client', parent, others }, () => carry(parts, held));
}

async function carry<Content>(
  parts: OutboxParts<Content>,
  held: readonly Held<Content>[],
): Promise<readonly Outcomes[]> {
  const { carrier, name } = parts.rules;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timedOut = new Promise<'timed out'>((resolve) => {
    timer = setTimeout(() => {
      resolve('timed out');
      abort.abort();
    }, carrier.timeLimitMs);
  });
  try {
    const parcels = held.map((each) => toParcel(parts, each));
    const answer = await Promise.race([carrier.handOver(parcels, abort.signal), timedOut]);
    if (answer === 'timed out') {
      return held.map((each) => allUnknown(each, 'time-limit'));
    }
    return held.map(({ delivery }, index) => complete(delivery.recipients, answer[index] ?? {}));
  } catch (error) {
    parts.reportFailure(name, error);
    return held.map((each) => allUnknown(each, 'carrier-failed'));
  } finally {
    clearTimeout(timer);
  }
}

function toParcel<Content>({ blobs }: OutboxParts<Content>, held: Held<Content>): Parcel<Content> {
  const { delivery, lane, content, body } = held;
  const bytes = body ?? delivery.body;
  return {
    id: delivery.id,
    resourceId: delivery.resourceId,
    recipients: openRecipients(lane, delivery).map(({ id, address }) => ({ id, address })),
    content,
    openBody: async () => {
      if (bytes !== undefined) {
        return Readable.from([bytes]);
      }
      if (delivery.blob === '') {
        return Readable.from([]);
      }
      const blob = await blobs.download(delivery.blob);
      if (blob === undefined) {
        throw new Error('The body of a delivery is not in storage.');
      }
      return blob.content;
    },
    attempt: lane.attempts,
  };
}

function complete(recipients: readonly { readonly id: string }[], outcomes: Outcomes): Outcomes {
  const missing: RecipientOutcome = { outcome: 'unknown', reason: 'not-reported' };
  return Object.fromEntries(
    recipients.map(({ id }) => [id, Object.hasOwn(outcomes, id) ? (outcomes[id] ?? missing) : missing]),
  );
}

function allUnknown<Content>({ delivery }: Held<Content>, reason: string): Outcomes {
  return Object.fromEntries(delivery.recipients.map(({ id }) => [id, { outcome: 'unknown', reason }]));
}
