// The end of a worker: the host tells it so, and ends it five seconds later, whatever it is doing. Until then what is under
// way is brought to its end, and nothing is begun any more.
import { setTimeout as delay } from 'node:timers/promises';
import { app } from '@azure/functions';
import type { Capability } from '../capability.js';
import { untilAllAnswered } from './client-connections.js';

/** Below the host's five seconds, real time. */
const defaultLimitMs = 4_000;

const work = new Set<Promise<unknown>>();
let isEnding = false;

/** Whether nothing is to be begun any more. */
export function isAboutToEnd(): boolean {
  return isEnding;
}

/** Work that the end of the process waits for. */
export function underWay<Result>(begun: Promise<Result>): Promise<Result> {
  work.add(begun);
  const forget = (): void => void work.delete(begun);
  begun.then(forget, forget);
  return begun;
}

/** @param capabilities that stop by themselves; those that are there when it comes to that */
export function endWithHost(capabilities: () => readonly Pick<Capability, 'stop'>[], limitMs = defaultLimitMs): void {
  app.hook.appTerminate(async () => {
    isEnding = true;
    const limit = new AbortController();
    const everything = Promise.all([
      untilAllAnswered(),
      ...[...work].map((each) => each.catch(() => undefined)),
      ...capabilities().map((each) => each.stop?.(limitMs)),
    ]);
    await Promise.race([everything, delay(limitMs, undefined, { signal: limit.signal })]);
    limit.abort();
  });
}
