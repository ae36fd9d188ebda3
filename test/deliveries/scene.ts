// An outbox over an Azurite, as a process has it: with caches of its own, and nothing kept between two of them but storage.
import { randomUUID } from 'node:crypto';
import { bind, createDataMap, formatIdentifier, type PersonalIdentifier } from '../../shared/data-map/index.js';
import {
  type Carrier,
  type DeliveryFacts,
  type FinalOutcome,
  Outbox,
  type OutboxRules,
  outboxStores,
} from '../../shared/deliveries/index.js';
import {
  type CallObserver,
  type Columns,
  createTransactionCounter,
  DueIndex,
  eraseEverything,
  openStorage,
  parseConnectionString,
  type Stored,
} from '../../shared/storage/index.js';
import { createClock, type MovableClock } from '../../shared/time/clock.js';
import { type Ids, randomIds } from '../../shared/time/ids.js';
import type { Note } from './outside.js';

export const minute = 60_000;
export const hour = 60 * minute;

export const notes = outboxStores({
  name: 'notes',
  area: 'work in progress',
  holds: 'Notes of a test that are not handed over yet',
  personalData: ['content', 'addresses'],
  triedFor: 'a day',
  explainedAs: 'note',
});
const notesMap = createDataMap([notes.deliveries, notes.bodies, notes.due, notes.queue]);

export interface Told {
  readonly facts: DeliveryFacts;
  readonly outcomes: readonly FinalOutcome[];
  readonly text: () => string;
}

export interface ProcessOptions {
  readonly carrier: Carrier<Note>;
  readonly observers?: readonly CallObserver[];
  readonly clock?: MovableClock;
  readonly ids?: Ids;
  readonly rules?: Partial<OutboxRules<Note>>;
  readonly deleted?: ReadonlySet<string>;
  /** What is done instead of waiting. */
  readonly pause?: (ms: number) => Promise<void>;
  readonly requireOwnStorage?: () => Promise<void>;
  /** Shared by several processes that stand for one app. */
  readonly told?: Told[];
}

/** Empties the account, so that each test begins with nothing. */
export async function emptyNotes(connectionString: string): Promise<void> {
  await eraseEverything(parseConnectionString(connectionString), notesMap);
}

export type NotesProcess = Awaited<ReturnType<typeof startNotes>>;

/** One process. */
export async function startNotes(connectionString: string, options: ProcessOptions) {
  const { carrier, observers = [], clock = createClock(), ids = randomIds, deleted = new Set() } = options;
  const counter = createTransactionCounter();
  const settings = parseConnectionString(connectionString);
  const storage = await openStorage(settings, { dataMap: notesMap, observers: [counter.observe, ...observers] });
  const told = options.told ?? [];
  const failures: unknown[] = [];
  const outcomes: string[] = [];
  const figures = { waiting: 0, oldestAgeMs: 0 };
  const rules: OutboxRules<Note> = {
    name: 'notes',
    carrier,
    giveUpAfterMs: 24 * hour,
    concernsOf: ({ about = [] }) => about.map((rawId) => ({ kind: 'identity', rawId })),
    recipientOf: (address) => (address.includes('@') ? { kind: 'email', address } : undefined),
    onOutcome: async (facts, final, readContent) => {
      told.push({ facts, outcomes: final, text: () => readContent()?.text ?? '' });
    },
    ...options.rules,
  };
  const table = storage.table(notes.deliveries);
  const due = new DueIndex(storage.table(notes.due), ids);
  const queue = storage.queue(notes.queue);
  const outbox = new Outbox<Note>({
    table,
    blobs: storage.blobs(notes.bodies),
    due,
    queue,
    clock,
    ids,
    hashKey: Buffer.alloc(32, 7),
    wasDeleted: async (_, identifier) => deleted.has(nameOf(identifier)),
    requireOwnStorage: options.requireOwnStorage ?? (async () => undefined),
    metrics: {
      countOutcome: (_, outcome) => outcomes.push(outcome),
      recordWaiting: (_, waiting, oldestAgeMs) => Object.assign(figures, { waiting, oldestAgeMs }),
    },
    reportFailure: (_, failure) => failures.push(failure),
    pause: options.pause ?? (async () => undefined),
    rules,
  });
  return {
    outbox,
    clock,
    counter,
    storage,
    due,
    queue,
    table,
    told,
    failures,
    outcomes,
    figures,
    stores: [bind(notes.deliveries, outbox), bind(notes.bodies, outbox)],
    close: () => storage.close(),
  };
}

function nameOf(identifier: PersonalIdentifier): string {
  return identifier.kind === 'phoneNumber' ? identifier.e164 : formatIdentifier(identifier);
}

/** An order with one recipient, unless told otherwise. */
export function note(text: string, more: Partial<Parameters<Outbox<Note>['accept']>[0]> = {}) {
  return {
    resourceId: randomUUID(),
    destination: 'receiver.example',
    recipients: [{ id: '1', address: `somebody-${randomUUID()}@receiver.example` }],
    content: { text },
    ...more,
  };
}

/** Works on every message that is in the queue now. */
export async function workQueue({ queue, outbox }: NotesProcess): Promise<void> {
  for (;;) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) {
      return;
    }
    for (const { text, receipt } of messages) {
      await outbox.work(text);
      await queue.remove(receipt);
    }
  }
}

/** Everything that is stored, leases of buckets left out. */
export async function storedRows({ storage }: NotesProcess): Promise<string[]> {
  const found: string[] = [];
  for (const store of [notes.deliveries, notes.due]) {
    let continuation: string | undefined;
    do {
      const page = await storage.table(store).scan<Columns>(continuation === undefined ? {} : { continuation });
      found.push(
        ...page.rows.filter(isNoLease).map(({ partitionKey, rowKey }) => `${store.name} ${partitionKey} ${rowKey}`),
      );
      continuation = page.continuation;
    } while (continuation !== undefined);
  }
  const { names } = await storage.blobs(notes.bodies).list('');
  return [...found, ...names.map((name) => `${notes.bodies.name} ${name}`)];
}

function isNoLease({ partitionKey }: Stored<Columns>): boolean {
  return partitionKey !== 'lease';
}

/** The clock goes on until nothing is left: leases of the dead have run out, and everything was tried again. */
export async function finishAll(process: NotesProcess, clock: TestClock): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    await process.outbox.attemptDue();
    if ((await storedRows(process)).length === 0) {
      return;
    }
    clock.passRealTime(10 * minute);
  }
}

export type TestClock = MovableClock & { passRealTime(ms: number): void };

/** Clocks that tests set, real time too: leases run out when a test says so. */
export function setClock(start = 1_800_000_000_000): TestClock {
  let real = start;
  let offset = 0;
  return {
    now: () => real + offset,
    realNow: () => real,
    monotonic: () => real - start,
    get offsetMs() {
      return offset;
    },
    setOffset: (next) => {
      offset = next;
    },
    passRealTime: (ms) => {
      real += ms;
    },
  };
}
