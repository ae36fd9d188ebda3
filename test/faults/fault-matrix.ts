// Disturbs every storage call of an operation in turn and judges the outcome through the API of another process.
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { type CallFate, createCallInterceptor } from '../../shared/storage/index.js';
import type { Answer, TestGeography, TestProcess } from '../app/composed-app.js';

export interface FaultCase<Scene> {
  readonly operation: string;
  /** Makes what the operation works on, by a healthy process; every run has a scene of its own. */
  prepare(healthy: TestProcess): Promise<Scene>;
  run(process: TestProcess, scene: Scene): Promise<Answer>;
  /** What can be seen of the scene, in words that are equal for equal outcomes of two scenes. */
  view(judge: TestProcess, scene: Scene): Promise<unknown>;
  /** What an acknowledged answer promises beyond the view. */
  check?(judge: TestProcess, answer: Answer, scene: Scene): Promise<void>;
  /** Status of a repetition when the operation was done already, if not a success. */
  readonly statusWhenDone?: number;
  /** A repetition is one only for a minute: it comes before the time of the judge. */
  readonly isRepeatedAtOnce?: true;
  /** Scenes that may be played side by side; 8 unless they get into each other's way. */
  readonly scenesAtOnce?: number;
}

/**
 * `fail...`: one call's connection is reset; `stop...`: the process is as good as killed at that call. Each before or
 * after the call took effect.
 */
export type Fate = Exclude<CallFate, 'pass'>;
export const failures: readonly Fate[] = ['failBefore', 'failAfter'];
export const stops: readonly Fate[] = ['stopBefore', 'stopAfter'];

/** Product time of the judge is this far ahead, so that its sweep meets everything that the operation made due. */
const judgeAheadMs = 10 * 60_000;
const maxScenesAtOnce = 8;

interface Outcome {
  /** Undefined when the process was stopped. */
  readonly answer: Answer | undefined;
  readonly calls: number;
}

/** @returns how many storage calls were disturbed */
export async function disturbEveryCall<Scene>(
  geography: TestGeography,
  faultCase: FaultCase<Scene>,
  fates: readonly Fate[],
): Promise<number> {
  const healthy = await geography.start();
  const untouched = await faultCase.prepare(healthy);
  const before = await judge(geography, (judging) => faultCase.view(judging, untouched));
  const scene = await faultCase.prepare(healthy);
  const undisturbed = await operate(geography, faultCase, scene, () => 'pass');
  expect(undisturbed.answer?.status, faultCase.operation).toBeLessThan(300);
  const done = await judge(geography, (judging) => faultCase.view(judging, scene));

  const runs = fates.flatMap((fate) =>
    Array.from({ length: undisturbed.calls }, (_, index) => ({ fate, disturbed: index + 1 })),
  );
  let disturbances = 0;
  const { scenesAtOnce = maxScenesAtOnce } = faultCase;
  for (let start = 0; start < runs.length; start += scenesAtOnce) {
    const outcomes = await Promise.all(
      runs.slice(start, start + scenesAtOnce).map(async ({ fate, disturbed }) => {
        const own = await faultCase.prepare(healthy);
        const outcome = await operate(geography, faultCase, own, (call) => (call === disturbed ? fate : 'pass'));
        disturbances += outcome.calls >= disturbed ? 1 : 0;
        return { own, outcome, where: `${faultCase.operation}, ${fate} at call ${disturbed}` };
      }),
    );
    // Not before all are through: the judges' clocks are ahead, so that their sweeps take what is under way for given up.
    const repeated = await Promise.all(
      outcomes.map(async ({ own, outcome, where }) => {
        const judging = await startJudge(geography);
        const repetition = await judgeOutcome(judging, faultCase, own, outcome, { before, done, where });
        return { judging, own, repetition, where };
      }),
    );
    // Nor do their clocks go on before all have repeated: what one repeats would be given up by the others.
    await Promise.all(
      repeated.map(async ({ judging, own, repetition, where }) => {
        await judgeLater(judging, faultCase, own, repetition, { done, where });
        await endJudge(judging);
      }),
    );
  }
  await healthy.close();
  console.log(`${faultCase.operation}: ${disturbances} storage calls disturbed (${fates.join(', ')})`);
  return disturbances;
}

/** Runs the operation in a process that knows the resource and the revoked tokens, and nothing else. */
async function operate<Scene>(
  geography: TestGeography,
  faultCase: FaultCase<Scene>,
  scene: Scene,
  fateOf: (call: number) => CallFate,
): Promise<Outcome> {
  let calls = 0;
  let isArmed = false;
  const interceptor = createCallInterceptor(() => (isArmed ? fateOf(++calls) : 'pass'));
  const process = await geography.start({ observers: [interceptor.observe] });
  await process.call('chat-list-threads', { user: await process.newUser() });
  isArmed = true;
  const answer = await Promise.race([faultCase.run(process, scene), interceptor.stopped.then(() => undefined)]);
  await process.close();
  return { answer, calls };
}

async function judge<Result>(
  geography: TestGeography,
  judging: (process: TestProcess) => Promise<Result>,
): Promise<Result> {
  const process = await startJudge(geography);
  const result = await judging(process);
  await endJudge(process);
  return result;
}

async function startJudge(geography: TestGeography): Promise<TestProcess> {
  const process = await geography.start({ clockOffsetMs: judgeAheadMs });
  await sweepAll(process);
  return process;
}

async function endJudge(process: TestProcess): Promise<void> {
  expect(process.failures).toEqual([]);
  await process.close();
}

/** Judges work side by side, and a bucket of the due index belongs to one sweeper at a time: until nothing is due any more. */
async function sweepAll({ app }: TestProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    await app.sweep();
    if ((await app.overdueMs()) === 0) {
      return;
    }
    await wait(20);
  }
  throw new Error('Something stayed due, however often it was swept.');
}

interface Repetition {
  readonly again: Answer;
  readonly isRefusedAsDone: boolean;
}

/** Looks at what became of the operation, and repeats it as a client does that got no answer. */
async function judgeOutcome<Scene>(
  judging: TestProcess,
  faultCase: FaultCase<Scene>,
  scene: Scene,
  { answer }: Outcome,
  { before, done, where }: { readonly before: unknown; readonly done: unknown; readonly where: string },
): Promise<Repetition> {
  const seen = await faultCase.view(judging, scene);
  const isDone = isDeepStrictEqual(seen, done);
  if (answer !== undefined && answer.status < 300) {
    expect(seen, where).toEqual(done);
    await faultCase.check?.(judging, answer, scene);
  } else {
    if (answer !== undefined) {
      expect(answer.status, where).toBeGreaterThanOrEqual(500);
    }
    if (!isDone) {
      expect(seen, where).toEqual(before);
    }
  }
  const again = await runAgain(judging, faultCase, scene);
  const isRefusedAsDone = isDone && again.status === faultCase.statusWhenDone;
  if (!isRefusedAsDone) {
    expect(again.status, `${where}, repeated`).toBeLessThan(300);
  }
  return { again, isRefusedAsDone };
}

async function runAgain<Scene>(judging: TestProcess, faultCase: FaultCase<Scene>, scene: Scene): Promise<Answer> {
  const { clock } = judging.app;
  const aheadMs = clock.offsetMs;
  if (faultCase.isRepeatedAtOnce === true) {
    clock.setOffset(0);
  }
  const again = await faultCase.run(judging, scene);
  clock.setOffset(aheadMs);
  return again;
}

/** What it comes to when everything has become due. */
async function judgeLater<Scene>(
  judging: TestProcess,
  faultCase: FaultCase<Scene>,
  scene: Scene,
  { again, isRefusedAsDone }: Repetition,
  { done, where }: { readonly done: unknown; readonly where: string },
): Promise<void> {
  // Twice: a sweep may put off what it finds in the hands of another, or not ready, by minutes.
  for (const times of [2, 3]) {
    judging.app.clock.setOffset(times * judgeAheadMs);
    judging.app.dropCaches();
    await sweepAll(judging);
  }
  expect(await faultCase.view(judging, scene), `${where}, repeated`).toEqual(done);
  if (!isRefusedAsDone) {
    await faultCase.check?.(judging, again, scene);
  }
}
