// All child processes of one emulator, and how they are stopped: function apps first, then the storage they use.
import { setTimeout as delay } from 'node:timers/promises';
import type { ForkedChild } from './forked-child.js';

export interface Children {
  readonly isStopping: boolean;
  addFunctionApp(child: ForkedChild): void;
  /** @param folder in which it keeps its data; without one there is nothing to be written at the end */
  addStorage(child: ForkedChild, folder: string | undefined): void;
  /**
   * Resolves when every process is gone. What does not stop by itself is killed: function apps after 1.3 s, storage that
   * keeps nothing after 2.5 s, storage that has something to write after 9 s.
   *
   * @returns folders of the storages that could not write all that they had
   */
  stopAll(): Promise<readonly string[]>;
}

const functionAppsLimitMs = 1_300;
const allLimitMs = 2_500;
/** Docker kills after ten. */
const writingLimitMs = 9_000;

export function createChildren(): Children {
  const functionApps = new Set<ForkedChild>();
  const storages = new Set<ForkedChild>();
  const writing = new Map<ForkedChild, string>();
  let stopped: Promise<readonly string[]> | undefined;

  function add(to: Set<ForkedChild>, child: ForkedChild): void {
    to.add(child);
    void child.gone.then(() => to.delete(child));
    if (stopped !== undefined) {
      child.stop();
    }
  }

  async function stopInOrder(): Promise<readonly string[]> {
    const since = performance.now();
    await stop(functionApps, functionAppsLimitMs);
    const limitMs = writing.size > 0 ? writingLimitMs : allLimitMs;
    await stop(storages, since + limitMs - performance.now());
    const left = [...functionApps, ...storages];
    for (const child of left) {
      child.kill();
    }
    await Promise.all(left.map(({ gone }) => gone));
    const ends = [...writing].map(async ([{ gone }, folder]) => ((await gone) === 'exit code 0' ? [] : [folder]));
    return (await Promise.all(ends)).flat();
  }

  return {
    get isStopping() {
      return stopped !== undefined;
    },
    addFunctionApp: (child) => add(functionApps, child),
    addStorage(child, folder) {
      if (folder !== undefined) {
        writing.set(child, folder);
      }
      add(storages, child);
    },
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
