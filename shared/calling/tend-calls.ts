// Once a minute: what is due in calls whose process is gone happens, what waits is handed on, and what has lost its media ends.
import type { Clock } from '../time/clock.js';
import type { Calls } from './calls.js';
import { askAfterMs, giveUpAfterMs } from './limits.js';
import type { MediaPlane } from './media-plane.js';
import type { CallGlance, CallStore } from './store.js';

export interface TendParts {
  readonly calls: Calls;
  readonly store: CallStore;
  readonly plane: MediaPlane;
  readonly clock: Pick<Clock, 'now' | 'realNow'>;
  /** Whether the media plane tells that calls are there still. */
  readonly reportsItself: boolean;
  reportFailure(failure: unknown): void;
}

const atOnce = 16;
const askedAtOnce = 500;

/** @returns how many calls are alive */
export async function tendCalls(parts: TendParts): Promise<number> {
  const { calls, store, clock, reportsItself, reportFailure } = parts;
  const now = clock.now();
  let alive = 0;
  const due: CallGlance[] = [];
  const silent: CallGlance[] = [];
  for await (const glance of store.glances()) {
    alive += 1;
    if (glance.wakeAt <= now && glance.heldUntil <= clock.realNow()) {
      due.push(glance);
    } else if (reportsItself && now - glance.heardOn > askAfterMs) {
      silent.push(glance);
    }
  }
  await eachOf(due, async ({ resourceId, key }) => {
    try {
      await calls.wake(resourceId, key);
    } catch (failure) {
      // One that cannot be worked on keeps no other from it.
      reportFailure(failure);
    }
  });
  await endLost(parts, silent);
  return alive;
}

async function endLost({ calls, plane, clock }: TendParts, silent: readonly CallGlance[]): Promise<void> {
  for (let start = 0; start < silent.length; start += askedAtOnce) {
    const asked = silent.slice(start, start + askedAtOnce);
    const lost = await plane.lost(asked).then(
      (keys) => new Set(keys),
      () => undefined,
    );
    await eachOf(asked, async ({ resourceId, key, heardOn }) => {
      const isGone = lost === undefined ? clock.now() - heardOn > giveUpAfterMs : lost.has(key);
      if (isGone) {
        await calls.report(resourceId, key, { is: 'ended', isLost: true });
      } else if (lost !== undefined) {
        await calls.report(resourceId, key, { is: 'alive' });
      }
    });
  }
}

async function eachOf<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await act(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}
