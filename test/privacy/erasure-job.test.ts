// The job of an erasure, stopped where it can be stopped: on real storage, by apps composed anew.
import { randomBytes, randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComposedApp, compose } from '../../functions/compose.js';
import { type Config, readConfig } from '../../functions/config.js';
import { revocations } from '../../shared/announcements/index.js';
import { jobQueue, jobs, JobStore, operationRecords, Operations } from '../../shared/jobs/index.js';
import { type AuditContent, auditRecords, Ledger, persons, receipts } from '../../shared/privacy/index.js';
import type { StoredReceipt } from '../../shared/privacy/index.js';
import {
  type CallFate,
  type Columns,
  createCallInterceptor,
  DueIndex,
  dueIndexStore,
} from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

const kind = 'erase-identifiers';
let azurite: Azurite;
let config: Config;
let app: ComposedApp;

beforeAll(async () => {
  azurite = await startAzurite();
  config = readConfig({
    DOMICILE_GEOGRAPHY: 'europe',
    DOMICILE_DEFAULT_RESOURCE: 'contoso-europe',
    DOMICILE_EMULATOR: '1',
    DOMICILE_MASTER_SECRET: randomBytes(32).toString('base64'),
    AzureWebJobsStorage: azurite.connectionString,
  });
  app = await freshApp();
  await app.provision();
  // From now on every process finds its storage to be its own with the same call.
  await app.defaultResource();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

function freshApp(observe?: ReturnType<typeof createCallInterceptor>['observe']): Promise<ComposedApp> {
  const reportFailure = () => undefined;
  return compose(config, { reportFailure, ...(observe !== undefined && { observers: [observe] }) });
}

/** A job that has erased everything, and has yet to end. */
async function jobAtItsEnd(resourceId: string): Promise<string> {
  const id = randomUUID();
  const { storage, clock } = app;
  await storage
    .table(persons)
    .upsert({ partitionKey: resourceId, rowKey: 'person!customer-17', createdOn: clock.now() }, 'replace');
  const receipt = { subject: 'hash', caller: { kind: 'owner', keySlot: 'secondary' }, personId: 'customer-17' };
  const createdOn = clock.now() - 60_000;
  const times = { beginAt: clock.now(), buryAgainAt: clock.now() + 3_600_000 };
  const walk = { walked: {}, begun: {} };
  const cursor = { ...times, counting: walk, erasing: walk, counts: { chatthreads: 3 } };
  const job = { id, kind, resourceId, payload: { identifiers: [], receipt }, cursor, createdOn };
  await new JobStore(storage.table(jobs)).add(job, clock.now() + 300_000);
  await new Operations(
    storage.table(operationRecords),
    new DueIndex(storage.table(dueIndexStore), randomIds),
    clock,
  ).begin(resourceId, id, kind);
  return id;
}

/** What is there at the end, without what differs from run to run. */
async function endState(resourceId: string, id: string) {
  const { storage, clock } = app;
  const due = new DueIndex(storage.table(dueIndexStore), randomIds);
  const parts = { clock, due, dropKind: 'drop', keptForMs: 1 };
  const found = await new Ledger<StoredReceipt>({ ...parts, table: storage.table(receipts) }).page(resourceId, 100);
  const audit = await new Ledger<AuditContent>({ ...parts, table: storage.table(auditRecords) }).page(resourceId, 100);
  const operation = await new Operations(storage.table(operationRecords), due, clock).find(resourceId, id);
  return {
    job: await new JobStore(storage.table(jobs)).find(id),
    person: await storage.table(persons).get(resourceId, 'person!customer-17'),
    isSameReceipt: (operation?.result as { receipt: string } | undefined)?.receipt === found.entries[0]?.content.jws,
    stores: found.entries.map(({ content }) => decodeJwt(content.jws)['stores']),
    audit: audit.entries.map(({ content: { action, key, counts } }) => ({ action, key, counts })),
  };
}

const expected = {
  job: undefined,
  person: undefined,
  isSameReceipt: true,
  stores: [[{ store: 'chatthreads', items: 3 }]],
  audit: [{ action: 'erase-person', key: 'secondary', counts: { chatthreads: 3 } }],
};

describe('The end of an erasure', () => {
  it('is the same, with one receipt, when it is stopped at any storage call before or after its effect', async () => {
    const resourceId = randomUUID();
    const whole = createCallInterceptor(() => 'pass');
    const counting = await freshApp(whole.observe);
    const id = await jobAtItsEnd(resourceId);
    await counting.jobs.work(id);
    expect(await endState(resourceId, id)).toEqual(expected);
    expect(whole.calls).toBeGreaterThan(8);
    await counting.storage.close();

    for (let call = 1; call <= whole.calls; call++) {
      for (const fate of ['stopBefore', 'stopAfter'] as const) {
        await endsTheSame(call, fate);
      }
    }
  });

  async function endsTheSame(call: number, fate: CallFate): Promise<void> {
    const resourceId = randomUUID();
    const id = await jobAtItsEnd(resourceId);
    const interceptor = createCallInterceptor((number) => (number === call ? fate : 'pass'));
    const stopped = await freshApp(interceptor.observe);
    void stopped.jobs.work(id);
    await interceptor.stopped;
    await app.jobs.work(id);
    expect(await endState(resourceId, id), `${fate} ${call}`).toEqual(expected);
    await stopped.storage.close();
  }
});

describe('The beginning of an erasure', () => {
  const buried = async () =>
    (await app.storage.table(revocations).query<Columns>({ partition: 'log' })).rows.map(({ until }) => Number(until));
  const queued = () => app.storage.queue(jobQueue).approximateLength();

  async function startErasing() {
    const resourceId = randomUUID();
    const rawId = `8:acs:${resourceId}_${randomUUID()}`;
    const { id } = await app.jobs.add(kind, resourceId, { identifiers: [{ kind: 'identity', rawId }] });
    const other = await freshApp();
    await other.jobs.work(id);
    return { id, other };
  }

  it('buries identities that whoever made the job had no time to bury, and waits until no cache is left', async () => {
    const messages = await queued();
    const { id, other } = await startErasing();
    expect(await buried()).toHaveLength(1);

    const board = new JobStore(app.storage.table(jobs));
    const waiting = await board.find(id);
    expect(waiting).toMatchObject({ cursor: { erasing: { walked: {} }, beginAt: waiting?.dueMs } });
    expect((waiting?.dueMs ?? 0) - (waiting?.createdOn ?? 0)).toBeGreaterThanOrEqual(60_000);
    // It is woken to the second, by a message that stays hidden until then; one is enough.
    expect(await queued()).toBe(messages + 1);
    // A message that comes twice does not hurry it.
    await other.jobs.work(id);
    expect((await board.find(id))?.cursor).toEqual(waiting?.cursor);
    expect(await queued()).toBe(messages + 1);
    other.clock.setOffset(61_000);
    await other.jobs.work(id);
    expect(await board.find(id)).toBeUndefined();
    await other.storage.close();
  });

  it('keeps the identity buried for as long as it fails', async () => {
    const { id, other } = await startErasing();
    await other.storage.close();
    const hours = 3_600_000;
    for (let passed = 6 * hours; passed <= 60 * hours; passed += 6 * hours) {
      const isBroken = createCallInterceptor((_, { store }) => (store === 'chatuserindex' ? 'failBefore' : 'pass'));
      const failing = await freshApp(isBroken.observe);
      failing.clock.setOffset(passed);
      await expect(failing.jobs.work(id)).rejects.toThrow();
      expect(Math.max(...(await buried())) - failing.clock.now(), `after ${passed / hours} h`).toBeGreaterThan(
        6 * hours,
      );
      await failing.storage.close();
    }
  });
});
