// What may happen in a history, as fast-check makes it up.
import fc from 'fast-check';
import { day, hour, minute } from './stopped-time.js';

/** Who: 0 is Anna, who makes every thread and stays; 1 is Bert, 2 is Cara. */
type Person = 0 | 1 | 2;

export type Step =
  | { readonly kind: 'create'; readonly days: number | undefined; readonly isBertIn: boolean }
  | { readonly kind: 'update' | 'restore'; readonly thread: number; readonly days: number | undefined }
  | { readonly kind: 'add' | 'remove'; readonly thread: number; readonly person: 1 | 2 }
  | { readonly kind: 'send' | 'deleteMessage'; readonly thread: number; readonly person: Person }
  | { readonly kind: 'deleteThread'; readonly thread: number }
  | { readonly kind: 'deleteIdentity'; readonly person: 1 | 2 }
  | { readonly kind: 'move'; readonly byMs: number; readonly isSwept: boolean }
  /** To a moment at which something changes by itself, or a millisecond before. */
  | {
      readonly kind: 'edge';
      readonly thread: number;
      readonly deadline: 0 | 1;
      readonly isSwept: boolean;
      byMs: number;
    };

const thread = fc.constantFrom(0, 0, 1);
const days = fc.constantFrom(undefined, 30, 31, 45, 60, 90);
const guest = fc.constantFrom<1 | 2>(1, 2);
const person = fc.constantFrom<Person>(0, 1, 2);
const forward = [minute, hour, day, 15 * day, 29 * day, 30 * day, 31 * day, 60 * day];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('create'), days, isBertIn: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('update', 'restore'), thread, days }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('add', 'remove'), thread, person: guest }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('send', 'send', 'deleteMessage'), thread, person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteThread'), thread }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteIdentity'), person: guest }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('move'),
      byMs: fc.constantFrom(...forward, -day, -20 * day, -45 * day),
      isSwept: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('edge'),
      thread,
      deadline: fc.constantFrom<0 | 1>(0, 0, 1),
      byMs: fc.constantFrom(-1, 0, 0, minute),
      isSwept: fc.boolean(),
    }),
  },
);

/** Begins with a thread, so that every step has something to work on. */
export const steps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.record({ kind: fc.constant('create' as const), days, isBertIn: fc.constant(true) }),
    fc.array(step, { minLength: 3, maxLength: 16, size: 'max' }),
  )
  .map(([first, others]) => [first, ...others]);
