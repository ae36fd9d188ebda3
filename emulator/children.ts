// All child processes of one emulator, and how they are stopped: function apps first, then the storage they use.
import { setTimeout as delay } from 'node:timers/promises';
import type { ForkedChild } from './forked-child.js';

export interface Children {
  readonly isStopping: boolean;
  addFunctionApp(child: ForkedChild): void;
  addStorage(child: ForkedChild): void;
  /** Resolves when every process is gone, within 3 s: what does not stop by itself is killed. */
  stopAll(): Promise<void>;
}

const functionAppsLimitMs = 1_300;
const allLimitMs = 2_500;

/** @param onAdded told every process id */
export function createChildren(onAdded: (pid: number) => void): Children {
  const functionApps = new Set<ForkedChild>();
  const storages = new Set<ForkedChild>();
  let stopped: Promise<void> | undefined;

  function add(to: Set<ForkedChild>, child: ForkedChild): void {
    to.add(child);
    void child.gone.then(() => to.delete(child));
    onAdded(child.pid);
    if (stopped !== undefined) {
      child.stop();
    }
  }

  async function stopInOrder(): Promise<void> {
    const allDeadline = performance.now() + allLimitMs;
    await stop(functionApps, functionAppsLimitMs);
    await stop(storages, allDeadline - performance.now());
    const left = [...functionApps, ...storages];
    for (const child of left) {
      child.kill();
    }
    await Promise.all(left.map(({ gone }) => gone));
  }

  return {
    get isStopping() {
      return stopped !== undefined;
    },
    addFunctionApp: (child) => add(functionApps, child),
    addStorage: (child) => add(storages, child),
    stopAll() {
      stopped ??= stopInOrder();
      return stopped;
    },
  };
}

async function stop(children: ReadonlySet<ForkedChild>, limitMs: number): Promise<void> {
  for (const child of children) {
    child.stop();
  }
  const allGone = Promise.all([...children].map(({ gone }) => gone));
  const limit = new AbortController();
  await Promise.race([allGone, delay(limitMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
  limit.abort();
}
