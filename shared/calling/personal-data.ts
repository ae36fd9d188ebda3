// What is kept of calls, for the data map: the call while it lives, and events that nobody has taken yet.
import { byPartition, dataStore, type Explanation, explainKept, type PersonalIdentifier } from '../data-map/index.js';
import { outboxStores } from '../deliveries/index.js';
import type { EraseStep } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { callbackOutboxName } from './callbacks.js';
import type { Call } from './model.js';
import { rawIdOf } from './raw-id.js';

export const callbackStores = outboxStores({
  name: callbackOutboxName,
  area: 'calling',
  holds: 'Events of calls that the application has not taken yet',
  personalData: [
    'identity ids and phone numbers of those in the call',
    'what they said or pressed, where an event tells it',
  ],
  triedFor: '15 minutes',
  identifiedBy: ['identity', 'phoneNumber'],
  unsearched: {
    what: 'Words and keys of somebody in a call, in an event that still waits for its receiver',
    why: 'An event goes out as the call has made it. It is gone when it is taken, or 15 minutes later.',
  },
  explainedAs: 'callback',
});

/** What the walks over the data map need of calls. */
export interface OpenedCalls {
  /** Those that name somebody, of one resource. */
  naming(resourceId: string, rawId: string): AsyncIterable<Call>;
  erase(resourceId: string, rawId: string): Promise<EraseStep>;
  eraseResource(resourceId: string): Promise<EraseStep>;
  explain(resourceId: string, connection: string): Promise<Explanation | undefined>;
}

export const calls = dataStore<OpenedCalls>({
  name: 'calls',
  area: 'calling',
  rank: 'content',
  medium: 'table',
  holds:
    'Calls that go on: who is in them, which application controls them, what is under way. Of a call that is over nothing',
  belongsTo: byPartition,
  personalData: [
    'identity ids and phone numbers of those who are in a call or invited to it',
    'display name of the caller',
    'keys that were pressed and words that are to be spoken, while that goes on',
  ],
  foundBy: 'a look through the calls of the resource, which are few and gone when they end',
  keptFor: 'until the call ends, 24 hours at the most',
  locate: async (identifier, { opened, resourceId }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const call of named(opened, resourceId, identifier)) {
      items += 1;
      since = Math.min(since, call.createdOn);
      keptUntil = Math.max(keptUntil, call.endsAt);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const { createdOn, startedOn, endsAt, correlationId } of named(opened, resourceId, identifier)) {
      yield {
        record: {
          call: correlationId,
          begunOn: toSeconds(createdOn),
          ...(startedOn !== undefined && { answeredOn: toSeconds(startedOn) }),
        },
        keptUntil: endsAt,
      };
    }
  },
  exportedFields: {
    call: 'Id of a call that goes on, in which you are or to which you are invited',
    begunOn: 'Since when it is there',
    answeredOn: 'Since when somebody has answered it',
  },
  erase: async (identifier, { opened, resourceId }) => {
    const rawId = rawIdOf(identifier);
    return rawId === undefined ? { erased: 0 } : opened.erase(resourceId, rawId);
  },
  lateWrites: { settled: ['a request that calls somebody, and a call that comes in, after the call is written'] },
  eraseResource: ({ opened, resourceId }) => opened.eraseResource(resourceId),
  expired: 'The timer of calls ends what is older than a day, or has lost its media; what is over goes with being told',
  explain: {
    kind: 'call',
    explain: (id, { opened, resourceId }) => opened.explain(resourceId, id),
  },
});

async function* named(opened: OpenedCalls, resourceId: string, identifier: PersonalIdentifier): AsyncGenerator<Call> {
  const rawId = rawIdOf(identifier);
  if (rawId !== undefined) {
    yield* opened.naming(resourceId, rawId);
  }
}

export function explainCall({ createdOn, endsAt }: Call): Explanation {
  return explainKept('A call is kept while it goes on, a day at the most.', createdOn, endsAt);
}
