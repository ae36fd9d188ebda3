// What the emulator's broker is asked beside publishing: on the same address, with the same key. Both sides read their
// requests with these schemas.
import { z } from 'zod';

const texts = z.array(z.string().max(512)).min(1).max(25);
const numbers = z.array(z.number()).min(1).max(25);
const key = z.string().min(1).max(128);

const AdvancedFilter = z.union([
  z.strictObject({
    key,
    operatorType: z.enum([
      'StringBeginsWith',
      'StringNotBeginsWith',
      'StringEndsWith',
      'StringNotEndsWith',
      'StringContains',
      'StringNotContains',
      'StringIn',
      'StringNotIn',
    ]),
    values: texts,
  }),
  z.strictObject({
    key,
    operatorType: z.enum([
      'NumberIn',
      'NumberNotIn',
      'NumberGreaterThan',
      'NumberGreaterThanOrEquals',
      'NumberLessThan',
      'NumberLessThanOrEquals',
    ]),
    values: numbers,
  }),
  z.strictObject({ key, operatorType: z.literal('BoolEquals'), value: z.boolean() }),
  z.strictObject({ key, operatorType: z.enum(['IsNotNull', 'IsNullOrUndefined']) }),
]);

/** Which events; names of types with or without `Microsoft.Communication.`. */
const AskedEvents = z.strictObject({
  types: z.array(z.string().min(1).max(256)).min(1).max(53).optional(),
  subjectBeginsWith: z.string().max(512).optional(),
  subjectEndsWith: z.string().max(512).optional(),
  isSubjectCaseSensitive: z.boolean().optional(),
  advancedFilters: z.array(AdvancedFilter).max(25).optional(),
});

export const AskedSubscription = AskedEvents.extend({
  /** Letters, digits and hyphens; a second one of the same name takes the place of the first. */
  name: z.string().regex(/^[A-Za-z0-9-]{3,64}$/, 'has 3 to 64 letters, digits and hyphens'),
  endpoint: z.string().max(2_048),
  schema: z.enum(['EventGridSchema', 'CloudEventSchemaV1_0']).default('EventGridSchema'),
  maxDeliveryAttempts: z.int().min(1).max(30).default(30),
  eventTimeToLiveMinutes: z.int().min(1).max(1_440).default(1_440),
});

/** Whoever waits says for how long, and behind which event of the log. */
export const AskedWait = AskedEvents.extend({
  after: z.int().min(0).default(0),
  timeoutSeconds: z.number().min(0).max(60).default(10),
});

export const AskedList = AskedEvents.extend({
  after: z.int().min(0).default(0),
  limit: z.int().min(1).max(10_000).default(1_000),
});

export const AskedReplay = AskedEvents.extend({
  subscription: z.string().min(1),
  after: z.int().min(0).default(0),
});

export const AskedName = z.strictObject({ name: z.string().min(1).max(64) });

const AskedRemoval = z.strictObject({ ids: z.array(z.string()).max(100_000) });

/** What can be asked, by the last part of the path; each with the name of the resource in front. */
export const brokerQuestions = {
  subscribe: AskedSubscription,
  unsubscribe: AskedName,
  subscriptions: z.strictObject({}),
  events: AskedList,
  wait: AskedWait,
  replay: AskedReplay,
  remove: AskedRemoval,
} as const;

export type BrokerQuestion = keyof typeof brokerQuestions;
export type BrokerAsked<Question extends BrokerQuestion> = z.output<(typeof brokerQuestions)[Question]>;
