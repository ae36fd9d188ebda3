import { expect, it } from 'vitest';
import { type CallFate, createCallInterceptor, type StorageCallKind } from '../../shared/storage/index.js';
import { composeOn } from '../app/call-app.js';
import { type ErasureCase, erasureCases, eraseWhole, finish } from './erasing.js';
import { repeatableIds } from './repeatable-ids.js';
import { sceneOffsetMs } from './scene.js';
import { openStage, type Stage } from './stage.js';

/** A process that stops at one of these leaves storage as one that stops before the next of the others. */
const reading: ReadonlySet<StorageCallKind> = new Set(['query', 'get', 'blob-read', 'blob-list']);

interface Outcome {
  /** Those that change something. */
  readonly calls: number;
  readonly isStopped: boolean;
  readonly end: readonly string[];
}

/** Erases with a process that meets this fate at this one of the calls that change something; another one ends it. */
async function eraseDisturbed(
  { connectionString, scene, perform }: Stage,
  erasureCase: ErasureCase,
  call: number,
  fate: CallFate,
): Promise<Outcome> {
  const compose = (seed: string, options: Parameters<typeof composeOn>[1] = {}) =>
    composeOn(connectionString, { clockOffsetMs: sceneOffsetMs, ids: repeatableIds(seed), ...options });
  let calls = 0;
  const interceptor = createCallInterceptor((_, { kind }) => {
    calls += reading.has(kind) ? 0 : 1;
    return calls === call && !reading.has(kind) ? fate : 'pass';
  });
  let isStopped = true;
  const end = await perform(async () => {
    const doomed = await compose('doomed', { observers: [interceptor.observe] });
    const whole = eraseWhole(doomed, scene, erasureCase).then(() => (isStopped = false));
    await Promise.race([whole, interceptor.stopped]);
    await doomed.storage.close();
    const next = await compose('next');
    await finish(next, scene, erasureCase);
    await next.storage.close();
  });
  return { calls, isStopped, end };
}

it.each(erasureCases.map((each) => [each.name, each] as const))(
  'The erasure of %s ends the same, whichever storage call that changes something its process is stopped at, before or after its effect',
  async (name, erasureCase) => {
    const began = performance.now();
    const stops = { stopBefore: 0, stopAfter: 0 };
    let calls = 0;
    // Each fate on a stage of its own, side by side.
    const endings = (['stopBefore', 'stopAfter'] as const).map(async (fate) => {
      const stage = await openStage();
      const whole = await eraseDisturbed(stage, erasureCase, 0, 'pass');
      expect(whole.isStopped).toBe(false);
      expect(whole.end).not.toEqual(stage.untouched);
      calls = whole.calls;
      for (let call = 1; ; call++) {
        const { isStopped, end } = await eraseDisturbed(stage, erasureCase, call, fate);
        expect(end, `${name}, ${fate} ${call}`).toEqual(whole.end);
        if (!isStopped) {
          break;
        }
        stops[fate] += 1;
      }
      await stage.close();
    });
    await Promise.all(endings);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(
      `The erasure of ${name} makes ${calls} storage calls that change something; it was stopped before ${stops.stopBefore} and after ${stops.stopAfter} of them (${seconds} s).`,
    );
    expect(calls).toBeGreaterThan(erasureCase.leastCalls);
    // Every run but the last was stopped, so these are all.
    expect(Math.min(stops.stopBefore, stops.stopAfter)).toBeGreaterThan(erasureCase.leastCalls);
  },
);
