// Runs the lifecycle rules of blobs as the storage of Azure does, which Azurite does not: once a day of product time, and a
// day late on purpose, so that nobody takes the backstop for what keeps the promise.
import type { RunningApp } from '../functions/running-app.js';
import { type LifecycleRule, lifecycleRules } from '../shared/retention/lifecycle-rules.js';
import type { LocalTimer } from './host/host.js';

const dayMs = 24 * 60 * 60_000;
const lateByMs = dayMs;

type LifecycleApp = Pick<RunningApp, 'clock' | 'storage' | 'stores'>;

/** @param app the one that is running when the timer fires */
export function blobLifecycleTimer(app: () => LifecycleApp): LocalTimer {
  return {
    name: 'local-blob-lifecycle',
    schedule: '0 30 0 * * *',
    run: () => runBlobLifecycle(app()),
  };
}

export async function runBlobLifecycle(app: LifecycleApp): Promise<void> {
  for (const rule of lifecycleRules) {
    await apply(rule, app);
  }
}

async function apply(
  { container, daysAfterCreation }: LifecycleRule,
  { clock, storage, stores }: LifecycleApp,
): Promise<void> {
  const found = stores.find(({ store }) => store.name === container);
  if (found === undefined) {
    throw new Error(`A lifecycle rule names the container ${container}, which is not declared.`);
  }
  const blobs = storage.blobs(found.store);
  const createdBefore = clock.now() - daysAfterCreation * dayMs - lateByMs;
  let continuation: string | undefined;
  do {
    const page = await blobs.list('', continuation);
    for (const name of page.names) {
      // Without it there is only the storage's own time, which is real time and says nothing here.
      const createdOn = (await blobs.properties(name))?.createdOn ?? Number.POSITIVE_INFINITY;
      if (createdOn < createdBefore) {
        await blobs.remove(name);
      }
    }
    ({ continuation } = page);
  } while (continuation !== undefined);
}
