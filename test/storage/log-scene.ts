// Logs on an Azurite of their own, each as one process has it: its own connections, its own memory.
import { afterAll, beforeAll } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  type CallFate,
  createCallInterceptor,
  createTransactionCounter,
  Log,
  type LogEntry,
  openStorage,
  parseConnectionString,
  provision,
  type Storage,
  type Table,
} from '../../shared/storage/index.js';
import { createClock } from '../../shared/time/clock.js';
import { randomIds } from '../../shared/time/ids.js';
import { type Azurite, startAzurite } from './azurite.js';
import { testStore } from './stores.js';

export interface State {
  readonly members: readonly string[];
}

const store = testStore({ name: 'logs', medium: 'table' });
const dataMap = createDataMap([store]);
export const clock = createClock();
export const counter = createTransactionCounter();

let azurite: Azurite;
const opened: Storage[] = [];

/** To be called by a test file; its hooks start and stop what the rest stands on. */
export function useLogs(): void {
  beforeAll(async () => {
    azurite = await startAzurite();
    await provision(parseConnectionString(azurite.connectionString), dataMap);
  });
  afterAll(async () => {
    await Promise.all(opened.splice(0).map((storage) => storage.close()));
    await azurite?.stop();
  });
}

export async function openLog(fateOf: (call: number) => CallFate = () => 'pass'): Promise<Log<State>> {
  return (await openDoomedLog(fateOf)).log;
}

/** `stopped` resolves when the process is as good as killed. */
export async function openDoomedLog(fateOf: (call: number) => CallFate) {
  const interceptor = createCallInterceptor(fateOf);
  const storage = await openStorage(parseConnectionString(azurite.connectionString), {
    dataMap,
    observers: [counter.observe, interceptor.observe],
  });
  opened.push(storage);
  const log = new Log<State>({ tableOf: () => storage.table(store), remember: ['text'], clock, ids: randomIds });
  return { log, stopped: interceptor.stopped };
}

export async function openTable(): Promise<Table> {
  const storage = await openStorage(parseConnectionString(azurite.connectionString), {
    dataMap,
    observers: [counter.observe],
  });
  opened.push(storage);
  return storage.table(store);
}

export const newPartition = () => randomIds.uuid();

/** @param request id under which it is sent, and repeated */
export function append(log: Log<State>, partition: string, text: string, request?: string) {
  return log.append(partition, {
    propose: (state) => {
      if (!state.members.includes('anna')) {
        throw new Error('not a member');
      }
      return { columns: { text } };
    },
    deadline: clock.monotonic() + 20_000,
    ...(request !== undefined && { fingerprint: { request, content: `said ${text}` } }),
  });
}

export async function allEntries(log: Log<State>, partition: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let before: number | undefined, more = true; more; before = entries.at(-1)?.sequence) {
    const page = await log.page(partition, 200, before);
    entries.push(...page.entries);
    more = page.hasMore;
  }
  return entries;
}

export const texts = (entries: readonly LogEntry[]) => entries.map(({ columns }) => columns['text']);
