// What is outside: a receiver that takes, puts off, refuses or breaks off as a test tells it, and remembers what it was given.
import { text } from 'node:stream/consumers';
import type { Carrier, Outcomes, Parcel, RecipientOutcome } from '../../shared/deliveries/index.js';

export interface Note {
  readonly about?: readonly string[];
  readonly text: string;
}

export interface Given {
  readonly id: string;
  readonly recipient: string;
  readonly address: string;
  readonly text: string;
  readonly body: string;
  readonly attempt: number;
  /** Of which call it was part. */
  readonly call: number;
}

type Answer = RecipientOutcome | 'throw' | 'hang' | undefined;

export interface Outside {
  readonly given: Given[];
  /** Who is being handed over right now, at most at once. */
  readonly mostAtOnce: number;
  readonly calls: number;
  /** Decides about each recipient; all are taken until told otherwise. */
  decide: (given: Given) => Answer | Promise<Answer>;
  carrier(options?: Partial<Pick<Carrier<Note>, 'repeatsUnknown' | 'timeLimitMs' | 'batch'>>): Carrier<Note>;
}

export function createOutside(): Outside {
  let calls = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const outside = {
    given: [] as Given[],
    get mostAtOnce() {
      return mostAtOnce;
    },
    get calls() {
      return calls;
    },
    decide: (() => ({ outcome: 'taken' })) as Outside['decide'],
    carrier: (options: Parameters<Outside['carrier']>[0] = {}): Carrier<Note> => ({
      repeatsUnknown: true,
      timeLimitMs: 5_000,
      ...options,
      handOver: async (parcels) => {
        const call = ++calls;
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        try {
          return await Promise.all(parcels.map((parcel) => answer(outside, parcel, call)));
        } finally {
          atOnce -= 1;
        }
      },
    }),
  };
  return outside;
}

async function answer(
  outside: Pick<Outside, 'given' | 'decide'>,
  parcel: Parcel<Note>,
  call: number,
): Promise<Outcomes> {
  const body = await text(await parcel.openBody());
  const outcomes: Record<string, RecipientOutcome> = {};
  for (const { id, address } of parcel.recipients) {
    const given = {
      id: parcel.id,
      recipient: id,
      address,
      text: parcel.content.text,
      body,
      attempt: parcel.attempt,
      call,
    };
    outside.given.push(given);
    const decided = await outside.decide(given);
    if (decided === 'throw') {
      throw new Error('The connection broke (by a test).');
    }
    if (decided === 'hang') {
      await new Promise(() => undefined);
    } else if (decided !== undefined) {
      outcomes[id] = decided;
    }
  }
  return outcomes;
}
