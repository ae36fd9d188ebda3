// The job table: buckets, the partition of version 0.1.0, jobs that fail for good, and ids that lead to nothing.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { jobQueue, jobs, operationRecords, Operations, type JobStep } from '../../shared/jobs/index.js';
import { eraseIdentifiersKind, exportIdentifiersKind } from '../../shared/privacy/index.js';
import { type Columns, DueIndex, dueIndexStore, type StorageCall } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { callApp, composeOn } from '../app/call-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

let azurite: Azurite;
let app: ComposedApp;
const calls: StorageCall[] = [];
const failures: unknown[] = [];
/** What the job of the tests comes to. */
let outcome: JobStep = { state: 'done' };
let steps = 0;

async function compose(): Promise<ComposedApp> {
  const composed = await composeOn(azurite.connectionString, {
    reportFailure: (...failure) => failures.push(failure),
    observers: [
      (call, send) => {
        calls.push(call);
        return send();
      },
    ],
  });
  composed.jobs.learn({
    'try-out': {
      step: async () => {
        steps += 1;
        return outcome;
      },
    },
  });
  return composed;
}

beforeAll(async () => {
  azurite = await startAzurite();
  app = await compose();
  await app.provision();
  await app.defaultResource();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

const rows = async () => (await app.storage.table(jobs).scan<Columns>()).rows;
const partitionsOf = async (id: string) =>
  (await rows()).flatMap((row) => (row.rowKey === id ? [row.partitionKey] : []));
const kindsOfCalls = async (act: () => Promise<unknown>, store = 'jobs') => {
  calls.length = 0;
  await act();
  return calls.filter((call) => call.store === store).map(({ kind }) => kind);
};
/** A job as version 0.1.0 leaves it, with its entry in the due index. */
async function addFormer(): Promise<string> {
  const id = randomUUID();
  const row = { kind: 'try-out', resourceId: 'r', createdOn: 1, dueMs: 1, cursor: 'null', payload: '{}' };
  await app.storage.table(jobs).upsert({ ...row, partitionKey: 'job', rowKey: id }, 'replace');
  await new DueIndex(app.storage.table(dueIndexStore), randomIds).add({ kind: 'wake-job', id, dueMs: 1 });
  return id;
}
const dueKindsOf = async (id: string) =>
  (await app.storage.table(dueIndexStore).scan()).rows.flatMap(({ rowKey }) =>
    rowKey.includes(id) ? [rowKey.split('~')[1]] : [],
  );

describe('The job table', () => {
  it('spreads jobs over sixteen partitions, and finds each with one read', async () => {
    outcome = { state: 'wait', cursor: 1, until: app.clock.now() + 1_000 };
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) {
      ids.push((await app.jobs.add('try-out', 'r', {})).id);
    }
    const partitions = new Set((await rows()).map(({ partitionKey }) => partitionKey));
    expect(partitions.size).toBeGreaterThan(10);
    expect([...partitions].every((name) => /^job(0\d|1[0-5])$/.test(name))).toBe(true);
    expect(await kindsOfCalls(() => app.jobs.work(ids[0] ?? ''))).toEqual(['get', 'update']);
    outcome = { state: 'done' };
    for (const id of ids) {
      await app.jobs.work(id);
    }
    expect(await rows()).toEqual([]);
  });

  it('looks into the partition of version 0.1.0 once, and no more when that is empty', async () => {
    const fresh = await compose();
    await fresh.defaultResource();
    expect(await kindsOfCalls(() => fresh.jobs.work(randomUUID()))).toEqual(['get', 'query']);
    expect(await kindsOfCalls(() => fresh.jobs.work(randomUUID()))).toEqual(['get']);
    await fresh.storage.close();
  });

  it('takes a job of that version over before the first step, with an entry of its own in the due index', async () => {
    const fresh = await compose();
    const id = await addFormer();
    outcome = { state: 'wait', cursor: 'far', until: app.clock.now() + 1_000 };
    await fresh.jobs.work(id);
    const [partition] = await partitionsOf(id);
    expect(await partitionsOf(id)).toHaveLength(1);
    expect(partition).toMatch(/^job\d\d$/);
    expect(await dueKindsOf(id)).toEqual(expect.arrayContaining(['wake-job', 'resume-job']));
    outcome = { state: 'done' };
    await fresh.jobs.work(id);
    expect(await partitionsOf(id)).toEqual([]);
    await fresh.storage.close();
  });

  it('finds a job that an instance of that version has made after the partition was seen empty', async () => {
    const fresh = await compose();
    await fresh.jobs.work(randomUUID());
    const id = await addFormer();
    await fresh.sweep();
    expect((await partitionsOf(id))[0]).toMatch(/^job\d\d$/);
    const before = steps;
    await fresh.jobs.work(id);
    expect(steps).toBe(before + 1);
    expect(await partitionsOf(id)).toEqual([]);
    await fresh.storage.close();
  });

  it('ends a taking over that was stopped in the middle', async () => {
    const id = await addFormer();
    const { etag: _etag, ...row } = (await rows()).find(({ rowKey }) => rowKey === id) ?? { etag: '' };
    const fresh = await compose();
    outcome = { state: 'wait', cursor: 'far', until: app.clock.now() + 1_000 };
    await fresh.jobs.work(id);
    await app.storage.table(jobs).upsert(row as never, 'replace');
    expect(await partitionsOf(id)).toHaveLength(2);
    await fresh.sweep();
    expect(await partitionsOf(id)).toHaveLength(1);
    outcome = { state: 'done' };
    await fresh.jobs.work(id);
    expect(await partitionsOf(id)).toEqual([]);
    await fresh.storage.close();
  });

  it('loses the jobs of a deleted resource in every partition', async () => {
    const former = await addFormer();
    const { id } = await app.jobs.add('try-out', 'r', {});
    const other = await app.jobs.add('try-out', 'other', {});
    const walk = { resourceId: 'r', now: app.clock.now(), realNow: app.clock.realNow() };
    await app.stores.find(({ store }) => store.name === 'jobs')?.eraseResource(walk);
    expect(await partitionsOf(former)).toEqual([]);
    expect(await partitionsOf(id)).toEqual([]);
    expect(await partitionsOf(other.id)).toHaveLength(1);
    outcome = { state: 'done' };
    await app.jobs.work(other.id);
  });
});

describe('An id that leads to no job', () => {
  it.each([randomUUID(), '', 'a/b#c?', 'x'.repeat(65), 'job'])('is done, without a word: %s', async (id) => {
    failures.length = 0;
    const queued = await app.storage.queue(jobQueue).approximateLength();
    await app.jobs.work(id);
    expect(await app.jobs.park(id)).toBe(false);
    expect(await app.jobs.parked()).toMatchObject({ count: 0 });
    expect(failures).toEqual([]);
    expect(await app.storage.queue(jobQueue).approximateLength()).toBe(queued);
  });
});

describe('A job that fails for good', () => {
  const fault = { code: 'TooLarge', message: 'It is too large. Ask for less.' };

  it('is gone, ends its operation with the error of the catalogue, and is told of', async () => {
    failures.length = 0;
    const { immutableId } = await app.defaultResource();
    const due = new DueIndex(app.storage.table(dueIndexStore), randomIds);
    const operations = new Operations(app.storage.table(operationRecords), due, app.clock);
    const { id } = await app.jobs.add('try-out', immutableId, {});
    await operations.begin(immutableId, id, eraseIdentifiersKind);
    await app.jobs.park(id);
    outcome = { state: 'failed', fault };
    await app.jobs.work(id);
    expect(await partitionsOf(id)).toEqual([]);
    expect(await app.jobs.parked()).toMatchObject({ count: 0 });
    const record = await operations.find(immutableId, id);
    expect(record).toMatchObject({ status: 'failed', error: fault });
    expect(record).not.toHaveProperty('result');
    const { body } = await callApp(app, 'privacy-get-operation', { params: { operationId: id } });
    expect(body).toMatchObject({ status: 'failed', error: fault });
    expect(failures).toEqual([['work-job', id, expect.objectContaining({ name: 'JobFailed' })]]);
    // A message that comes again finds nothing; a failure stays a failure.
    await app.jobs.work(id);
    await operations.end(immutableId, id, { status: 'succeeded', result: 1 });
    expect(await operations.find(immutableId, id)).toMatchObject({ status: 'failed', error: fault });
  });

  it('needs nobody who watches it', async () => {
    const { id } = await app.jobs.add('try-out', 'r', {});
    outcome = { state: 'failed', fault };
    await app.jobs.work(id);
    expect(await partitionsOf(id)).toEqual([]);
  });
});

it('The error of an operation that version 0.1.0 has ended is read from where that wrote it', async () => {
  const { immutableId } = await app.defaultResource();
  const id = randomUUID();
  const error = { code: 'Erased', message: 'The archive was erased.' };
  const kind = exportIdentifiersKind;
  const ended = { kind, status: 'failed', createdOn: 1, endedOn: 2, keptUntil: app.clock.now() + 60_000 };
  const row = { partitionKey: immutableId, rowKey: id, ...ended, result: JSON.stringify(error) };
  await app.storage.table(operationRecords).upsert(row, 'replace');
  const { body } = await callApp(app, 'privacy-get-operation', { params: { operationId: id } });
  expect(body).toMatchObject({ status: 'failed', error });
  expect(body).not.toHaveProperty('result');
});
