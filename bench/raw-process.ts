// The baseline: plain storage calls through the client that the app uses (the SDK behind `Table`, over our transport),
// in a process of its own, as the app's are.
import { createDataMap, dataStore, holdsNobody } from '../shared/data-map/index.js';
import {
  eraseEverything,
  logKeys,
  openStorage,
  readStorageSettings,
  type Row,
  type Table,
} from '../shared/storage/index.js';
import { chatThreads } from '../shared/chat/index.js';
import { answerCalls } from './child-calls.js';
import { closedLoop } from './closed-loop.js';
import type { Sample } from './sample.js';

const rawRows = dataStore({
  name: 'benchraw',
  area: 'work in progress',
  rank: 'content',
  medium: 'table',
  holds: 'Rows of the benchmark baseline',
  personalData: [],
  keptFor: 'one slice',
  ...holdsNobody,
  eraseResource: 'Not in a benchmark',
  expired: 'With the benchmark',
});

const settings = readStorageSettings(process.env);
const storage = await openStorage(settings, { dataMap: createDataMap([rawRows, chatThreads]) });

const content = 'x'.repeat(200);

/** A row as long as that of a message. */
function messageRow(partitionKey: string, number: number): Row {
  return {
    partitionKey,
    rowKey: logKeys.rowKeyOf(number + 1),
    kind: 'text',
    content,
    sender: '8:acs:00000000-0000-4000-8000-000000000000_00000000-0000-4000-8000-000000000000',
    senderDisplayName: '',
    at: 1_700_000_000_000 + number,
    nonce: 'AAAAAAAAAAAAAAAA',
    fingerprint: 'AAAAAAAAAAAAAAAAAAAAAA',
  };
}

async function measured(loop: Promise<Sample>): Promise<Sample> {
  const before = process.cpuUsage();
  const result = await loop;
  const { user, system } = process.cpuUsage(before);
  return { ...result, cpuMicros: user + system };
}

export interface RawLoop {
  readonly senders: number;
  readonly milliseconds: number;
  readonly maxOperations: number;
}

const calls = {
  freshTable: async () => eraseEverything(settings, createDataMap([rawRows])),
  /** Single inserts; which partition an operation goes to is decided as on the other side. */
  insert: async (loop: RawLoop & { readonly partitions: number; readonly runLength: number }) => {
    const table = storage.table(rawRows);
    return measured(
      closedLoop({
        ...loop,
        send: async (number) => {
          await table.insert(messageRow(`p${Math.floor(number / loop.runLength) % loop.partitions}`, number));
        },
      }),
    );
  },
  /** One operation is `rows` single inserts, 16 at once. */
  insertMany: async (loop: RawLoop & { readonly rows: number }) => {
    const table = storage.table(rawRows);
    return measured(closedLoop({ ...loop, send: (number) => insertParallel(table, `p${number}`, loop.rows) }));
  },
  /** The query that a first page of messages is. */
  firstPage: async (loop: RawLoop & { readonly shard: number; readonly partition: string; readonly rows: number }) => {
    const table = storage.table(chatThreads, loop.shard);
    const query = { partition: loop.partition, from: logKeys.stateKey, to: logKeys.afterLog, top: loop.rows };
    return measured(
      closedLoop({
        ...loop,
        send: async () => {
          const { rows } = await table.query(query);
          if (rows.length !== loop.rows) {
            throw new Error(`A page of ${rows.length} rows came instead of ${loop.rows}.`);
          }
        },
      }),
    );
  },
};

async function insertParallel(table: Table, partition: string, rows: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < rows) {
      await table.insert(messageRow(partition, next++));
    }
  };
  await Promise.all(Array.from({ length: Math.min(16, rows) }, work));
}

export type RawCalls = typeof calls;

answerCalls(calls, () => storage.close());
