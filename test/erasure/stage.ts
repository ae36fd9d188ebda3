// One storage account with a scene in it, on which erasures run one after the other, each from the same beginning.
import { isDeepStrictEqual } from 'node:util';
import { QueueServiceClient } from '@azure/storage-queue';
import { composeOn } from '../app/call-app.js';
import { startAzurite } from '../storage/azurite.js';
import { timeOfErasing } from './erasing.js';
import { plantScene, type Scene } from './scene.js';
import { describeState, putBack, type StoredState, takeDown } from './stored-state.js';

export interface Stage {
  readonly connectionString: string;
  readonly scene: Scene;
  /** What is stored before anything is done. */
  readonly untouched: readonly string[];
  /** Does something and puts everything back; what was stored in the end. The first one shows which tables matter. */
  perform(act: () => Promise<void>): Promise<readonly string[]>;
  /** @throws {Error} when something was left in a table that nobody looked at */
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const azurite = await startAzurite();
  const { connectionString } = azurite;
  const caretaker = await composeOn(connectionString);
  await caretaker.provision();
  const scene = await plantScene(caretaker);
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient('jobqueue');
  const since = timeOfErasing();
  const beginning = await takeDown(caretaker);
  let touched: ReadonlySet<string> | undefined;
  return {
    connectionString,
    scene,
    untouched: describeState(beginning, since),
    perform: async (act) => {
      await act();
      const end = await takeDown(caretaker, touched);
      touched ??= tablesWithRows(beginning, end);
      await putBack(caretaker, beginning, end);
      await queue.clearMessages();
      return describeState(end, since);
    },
    close: async () => {
      const left = describeState(await takeDown(caretaker), since);
      await caretaker.storage.close();
      await azurite.stop();
      if (isDeepStrictEqual(left, describeState(beginning, since))) {
        return;
      }
      throw new Error('Something was left in a table that the undisturbed run does not touch.');
    },
  };
}

function tablesWithRows(...states: readonly StoredState[]): ReadonlySet<string> {
  return new Set(states.flatMap(({ rows }) => [...rows].flatMap(([name, found]) => (found.length > 0 ? [name] : []))));
}
