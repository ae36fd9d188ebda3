// A sweeper that is killed at each of its writes, before and after the effect: another one finishes, and nothing differs.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropReceiptKind, exports, exportSubjects, receipts } from '../../shared/privacy/index.js';
import { createCallInterceptor, DueIndex, dueIndexStore, type StorageCallKind } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { days, expiredThread, none, remove, type Scene, threadWith } from './scene.js';
import { settle } from './settle.js';
import { day, minute, moveTo, resumeTime, stopTime } from './stopped-time.js';

let geography: TestGeography;
let healthy: TestProcess;
const now = Date.now();
beforeAll(async () => {
  geography = await startGeography();
  stopTime(now);
  healthy = await geography.start();
});
afterAll(async () => {
  resumeTime();
  await geography?.stop();
});

interface Due {
  /** To be marked expired, closed and removed. */
  readonly over: Scene;
  /** To be marked expired, and listed. */
  readonly expired: Scene;
  /** To be removed. */
  readonly deleted: Scene;
  /** Of a receipt, and of an archive with what points to it. */
  readonly marks: readonly [string, string];
}

async function plant(): Promise<Due> {
  moveTo(healthy, now - 65 * day);
  const over = await threadWith(healthy, days(30));
  const expired = await threadWith(healthy, days(60));
  const deleted = await threadWith(healthy, none);
  const params = { chatThreadId: deleted.threadId };
  const headers = { 'content-type': 'image/png', 'image-filename': 'tea.png' };
  const image = { user: deleted.anna, params, headers, body: Buffer.from('tea') };
  accepted(await healthy.call('chat-upload-image', image));
  expect(await remove(healthy, deleted)).toBe(204);
  const [receipt, archive] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const dueMs = now - day;
  const { storage } = healthy.app;
  const due = new DueIndex(storage.table(dueIndexStore), randomIds);
  const row = { partitionKey: 'resource', rowKey: receipt, keptUntil: dueMs, content: '{}' };
  await storage.table(receipts).insert(row);
  await due.add({ kind: dropReceiptKind, id: `resource~${receipt}`, dueMs });
  await storage.blobs(exports).upload(`resource/${archive}.zip`, Buffer.from('zip'));
  await storage.table(exportSubjects).insert({ partitionKey: `archive!resource!${archive}`, rowKey: 'hash' });
  await storage.table(exportSubjects).insert({ partitionKey: 'subject!resource!hash', rowKey: archive });
  await due.add({ kind: 'drop-export', id: `resource~${archive}`, dueMs });
  return { over, expired, deleted, marks: [receipt, archive] };
}

/** How many items of which store have something of it, without the due index, whose entries may be there twice. */
async function stored(marks: readonly string[]): Promise<Record<string, number>> {
  const { hits } = await scanStorage(geography.connectionString, marks);
  const items = new Set(hits.map(({ store, key }) => `${store.replace(/\d+$/, '')} ${key}`));
  const counts: Record<string, number> = {};
  for (const item of items) {
    const store = item.slice(0, item.indexOf(' '));
    counts[store] = (counts[store] ?? 0) + 1;
  }
  return counts;
}

async function expectDone({ over, expired, deleted, marks }: Due, where: string): Promise<void> {
  expect(await stored([over.key, deleted.key, ...marks]), where).toEqual({});
  expect(await expiredThread(healthy, expired), where).toBeDefined();
  const { dueindex, ...others } = await stored([expired.key]);
  expect(dueindex, where).toBeGreaterThan(0);
  // Two entries of the creation, a message, the policy, the mark; and the state.
  expect(others, where).toEqual({ chatthreads: 6, chatuserindex: 1, chatexpiredthreads: 1 });
}

const reads: readonly StorageCallKind[] = ['get', 'query', 'blob-read', 'blob-list', 'queue-read'];

/** @returns whether there was such a write */
async function sweepUntil(write: number, fate: 'stopBefore' | 'stopAfter'): Promise<boolean> {
  let writes = 0;
  const interceptor = createCallInterceptor((_number, { kind }) => {
    if (reads.includes(kind)) {
      return 'pass';
    }
    writes += 1;
    return writes === write ? fate : 'pass';
  });
  const sweeper = await geography.start({ observers: [interceptor.observe] });
  const sweepTwice = async () => {
    moveTo(sweeper, now);
    await sweeper.app.sweep();
    // What the first one has closed is removed by the second.
    moveTo(sweeper, now + 2 * minute);
    await sweeper.app.sweep();
  };
  await Promise.race([sweepTwice(), interceptor.stopped]);
  await sweeper.close();
  return writes >= write;
}

describe('A sweeper that is killed at a write, before or after its effect,', () => {
  it.each(['stopBefore', 'stopAfter'] as const)('leaves what another one finishes: %s', async (fate) => {
    let write = 1;
    for (; write < 300; write++) {
      const due = await plant();
      const wasThere = await sweepUntil(write, fate);
      // A lease of the dead lasts a minute.
      for (const minutes of [5, 10, 15]) {
        moveTo(healthy, now + minutes * minute);
        await settle(healthy);
      }
      await expectDone(due, `${fate} at write ${write}`);
      if (!wasThere) {
        break;
      }
    }
    console.log(`${fate}: ${write - 1} writes`);
    expect(write).toBeGreaterThan(30);
  });
});
