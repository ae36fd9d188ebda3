// Stops, or disturbs, an outbox at every storage call of what it does, and lets a fresh process finish. Then: nothing is
// lost, nothing is handed over twice that must not be, and nothing is left.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type CallFate, createCallInterceptor } from '../../shared/storage/index.js';
import { scanStorage } from '../scan/scan-storage.js';
import { createOutside, type Outside } from './outside.js';
import {
  emptyNotes,
  finishAll,
  hour,
  minute,
  note,
  type NotesProcess,
  setClock,
  startNotes,
  storedRows,
  type TestClock,
  type Told,
  workQueue,
} from './scene.js';

export type Fate = Exclude<CallFate, 'pass'>;

interface Scene {
  readonly process: NotesProcess;
  readonly outside: Outside;
  readonly clock: TestClock;
  readonly mark: string;
  /** Acknowledged deliveries, by their recipients. */
  readonly accepted: string[];
  /** Whom an erasure was acknowledged for. */
  readonly erased: string[];
}

export interface StopCase {
  readonly name: string;
  /** Before the disturbance. */
  prepare?(scene: Scene): Promise<void>;
  run(scene: Scene): Promise<void>;
  /** What the outside answers once all is well again. */
  readonly later?: Outside['decide'];
}

const resourceId = randomUUID();
const taken = { outcome: 'taken' } as const;
const deferred = { outcome: 'deferred', reason: 'busy' } as const;

async function accept({ process, accepted, mark }: Scene, names: readonly string[], more = {}): Promise<void> {
  const recipients = names.map((name) => ({ id: name, address: addressOf(name, mark) }));
  await process.outbox.accept(note(mark, { resourceId, recipients, ...more }), { awaitsAttempt: true });
  accepted.push(...names);
}

function addressOf(name: string, mark: string): string {
  return `${name}-${mark}@receiver.example`;
}

async function erase({ process, erased, mark }: Scene, name: string): Promise<void> {
  const identifier = { kind: 'email', address: addressOf(name, mark) } as const;
  while ((await process.outbox.erase(identifier, resourceId)).cursor !== undefined) {
    continue;
  }
  erased.push(name);
}

async function workLater(scene: Scene): Promise<void> {
  scene.clock.passRealTime(2 * minute);
  await scene.process.outbox.findDue();
  await workQueue(scene.process);
}

const large = (mark: string) => ({ body: Buffer.from(mark.repeat(6_000)) });
const putOff = async (scene: Scene, names: readonly string[], more = {}) => {
  scene.outside.decide = () => deferred;
  await accept(scene, names, more);
  scene.outside.decide = () => taken;
};

export const stopCases: readonly StopCase[] = [
  { name: 'accepting and handing over', run: (scene) => accept(scene, ['a']) },
  { name: 'accepting with a body', run: (scene) => accept(scene, ['a', 'b'], large(scene.mark)) },
  {
    name: 'putting off',
    run: async (scene) => {
      scene.outside.decide = ({ recipient }) => (recipient === 'a' ? taken : deferred);
      await accept(scene, ['a', 'b'], large(scene.mark));
    },
  },
  { name: 'trying again', prepare: (scene) => putOff(scene, ['a']), run: workLater },
  { name: 'trying again with a body', prepare: (scene) => putOff(scene, ['a'], large(scene.mark)), run: workLater },
  {
    name: 'putting off once more',
    prepare: (scene) => putOff(scene, ['a']),
    run: async (scene) => {
      scene.outside.decide = () => deferred;
      await workLater(scene);
    },
  },
  {
    name: 'giving up',
    prepare: (scene) => putOff(scene, ['a', 'b'], { ...large(scene.mark), giveUpAfterMs: hour }),
    run: async (scene) => {
      scene.clock.setOffset(2 * hour);
      await workLater(scene);
    },
  },
  {
    name: 'a lane',
    run: async (scene) => {
      await putOff(scene, ['a'], { lane: 'one' });
      await accept(scene, ['b'], { lane: 'one' });
      await workLater(scene);
    },
  },
  {
    name: 'erasing one of two',
    prepare: (scene) => putOff(scene, ['a', 'b']),
    run: (scene) => erase(scene, 'a'),
  },
  {
    name: 'erasing the only one, with a body',
    prepare: (scene) => putOff(scene, ['a'], large(scene.mark)),
    run: (scene) => erase(scene, 'a'),
  },
];

/** @returns how many storage calls were disturbed */
export async function disturbEveryCall(
  connectionString: string,
  stopCase: StopCase,
  fates: readonly Fate[],
  repeatsUnknown: boolean,
): Promise<number> {
  const calls = await play(connectionString, stopCase, repeatsUnknown, () => 'pass');
  for (const fate of fates) {
    for (let disturbed = 1; disturbed <= calls; disturbed++) {
      const fateOf = (call: number) => (call === disturbed ? fate : 'pass');
      await play(connectionString, stopCase, repeatsUnknown, fateOf, `${stopCase.name}, ${fate} at call ${disturbed}`);
    }
  }
  return calls * fates.length;
}

/** @returns the storage calls that the case came to */
async function play(
  connectionString: string,
  stopCase: StopCase,
  repeatsUnknown: boolean,
  fateOf: (call: number) => CallFate,
  where = `${stopCase.name}, undisturbed`,
): Promise<number> {
  await emptyNotes(connectionString);
  const outside = createOutside();
  const clock = setClock();
  const told: Told[] = [];
  let calls = 0;
  let isArmed = false;
  const interceptor = createCallInterceptor(() => (isArmed ? fateOf(++calls) : 'pass'));
  const carrier = outside.carrier({ repeatsUnknown });
  const process = await startNotes(connectionString, { carrier, clock, told, observers: [interceptor.observe] });
  const mark = `mark-${randomUUID()}`;
  const scene: Scene = { process, outside, clock, mark, accepted: [], erased: [] };
  await stopCase.prepare?.(scene);
  const before = outside.given.length;
  isArmed = true;
  await Promise.race([stopCase.run(scene).catch(() => undefined), interceptor.stopped]);
  isArmed = false;

  // What was erased while it waited is never handed over any more.
  const erased = new Set(scene.erased);
  const afterwards = outside.given.length;
  outside.decide = () => taken;
  const next = await startNotes(connectionString, { carrier, clock, told });
  await finishAll(next, clock);
  expect(
    outside.given.slice(afterwards).filter(({ recipient }) => erased.has(recipient)),
    where,
  ).toEqual([]);
  // What is acknowledged, and what was given to the outside before anybody could be told that it is accepted.
  for (const name of new Set([...scene.accepted, ...outside.given.map(({ recipient }) => recipient)])) {
    const outcomes = told.flatMap((each) => each.outcomes).filter(({ recipient }) => recipient === name);
    const attempts = outside.given.slice(before).filter(({ recipient }) => recipient === name).length;
    if (!erased.has(name) && !isErasure(stopCase)) {
      expect(outcomes.length, `${where}: ${name} is told of`).toBeGreaterThan(0);
    }
    if (!repeatsUnknown && !isRepeated(stopCase)) {
      expect(attempts, `${where}: ${name}`).toBeLessThanOrEqual(1);
    }
    if (outcomes.some(({ outcome }) => outcome === 'taken')) {
      const all = outside.given.filter(({ recipient }) => recipient === name).length;
      expect(all, where).toBeGreaterThan(0);
    }
  }
  expect(next.failures, where).toEqual([]);
  expect(await storedRows(next), where).toEqual([]);
  expect((await scanStorage(connectionString, [mark])).hits, where).toEqual([]);
  await next.close();
  await process.close();
  return calls;
}

function isErasure({ name }: StopCase): boolean {
  return name.startsWith('erasing');
}

/** The outside has asked for a repetition, so that two hand-overs are right. */
function isRepeated({ name }: StopCase): boolean {
  return ['putting off', 'putting off once more', 'a lane'].includes(name);
}
