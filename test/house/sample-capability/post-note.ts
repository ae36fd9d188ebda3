// Posts a note to an address outside: what is handed over, and the carrier of the tests, which only writes down what it got.
import type { Carrier, OutboxRules } from '../../../shared/deliveries/index.js';
import { Fault } from '../../../shared/http/index.js';
import { sampleFaults } from './faults.js';
import type { SampleParts } from './parts.js';

export interface Post {
  readonly author: string;
  readonly text: string;
}

/** What is outside: it takes everything while it is open. */
export class Outside {
  readonly received: { readonly id: string; readonly address: string; readonly text: string }[] = [];
  isOpen = true;
}

export function postsTo(outside: Outside): OutboxRules<Post> {
  const carrier: Carrier<Post> = {
    repeatsUnknown: true,
    timeLimitMs: 5_000,
    handOver: async (parcels) =>
      parcels.map(({ id, recipients, content: { text } }) =>
        Object.fromEntries(
          recipients.map((recipient) => {
            if (!outside.isOpen) {
              return [recipient.id, { outcome: 'deferred', reason: 'closed' }];
            }
            outside.received.push({ id, address: recipient.address, text });
            return [recipient.id, { outcome: 'taken' }];
          }),
        ),
      ),
  };
  return {
    name: 'sampleposts',
    carrier,
    giveUpAfterMs: 60 * 60_000,
    concernsOf: ({ author }) => [{ kind: 'identity', rawId: author }],
    recipientOf: (address) => ({ kind: 'email', address }),
    onOutcome: async () => undefined,
  };
}

/** @throws {Fault} 404; those of `Outbox.accept` */
export async function postNote(
  { clock, notes, posts }: SampleParts,
  resourceId: string,
  noteId: string,
  { address, attachment }: { readonly address: string; readonly attachment?: string | undefined },
): Promise<{ readonly id: string }> {
  const note = await notes.find(resourceId, noteId, clock.now());
  if (note === undefined) {
    throw new Fault(sampleFaults.noteNotFound);
  }
  const { author, text } = note;
  return posts.accept({
    resourceId,
    destination: address.slice(address.indexOf('@') + 1),
    recipients: [{ id: '1', address }],
    content: { author, text },
    ...(attachment !== undefined && { body: Buffer.from(attachment) }),
  });
}
