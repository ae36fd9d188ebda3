// What is edited or deleted is soon in no archive either: also one that is just being made, also from another process,
// also when the process that changed it died. Archives without it stay.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { createCallInterceptor, type StorageCall } from '../../shared/storage/index.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import {
  addImage,
  addThread,
  addUser,
  fetchExport,
  keptExports,
  pausedWorker,
  startExport,
  watchExport,
  workJobs,
} from './composed-app.js';
import { unzip } from './unzip.js';

const minute = 60_000;

let azurite: Azurite;
let app: ComposedApp;

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
  // From now on every process knows that there may be archives.
  await makeExport((await addUser(app)).id);
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

interface Scene {
  readonly mark: string;
  readonly anna: TestUser;
  readonly bert: TestUser;
  readonly thread: { readonly id: string; readonly key: string };
  readonly messageId: string;
  readonly imageId: string;
}

/** Bert has said something to Anna, and sent an image that says the same. */
async function twoPeople(): Promise<Scene> {
  const mark = `copied${randomBytes(6).toString('hex')}`;
  const [anna, bert] = [await addUser(app), await addUser(app)];
  const thread = await addThread(app, [anna, bert]);
  const body = { content: mark, type: 'text' };
  const sent = await callApp(app, 'chat-send-message', { user: bert, params: { chatThreadId: thread.id }, body });
  const imageId = crypto.randomUUID();
  await addImage(app, thread.key, bert.id, imageId, Buffer.from(`${mark}image`));
  return { mark, anna, bert, thread, messageId: String(sent.body.id), imageId };
}

async function makeExport(identifier: string, includesReceived = true): Promise<string> {
  const id = await startExport(app, identifier, includesReceived);
  await app.jobs.work(id);
  expect((await watchExport(app, id)).status).toBe('succeeded');
  return id;
}

/** Names of stores in which the mark lies, without the numbers of shards. */
async function storesWith(mark: string): Promise<string[]> {
  const { hits } = await scanStorage(azurite.connectionString, [mark]);
  return [...new Set(hits.map(({ store }) => store.replace(/\d+$/, '')))].sort();
}

async function passQuarter(): Promise<void> {
  for (let run = 0; run < 3; run++) {
    app.clock.setOffset(app.clock.offsetMs + 5 * minute);
    await app.sweep();
    await workJobs(app);
  }
}

async function expectGone(operationId: string, mark: string): Promise<void> {
  const { status, error } = await watchExport(app, operationId);
  expect([status, error?.code]).toEqual(['failed', 'Outdated']);
  expect((await fetchExport(app, operationId)).status).toBe(404);
  expect(await storesWith(mark)).toEqual([]);
}

const deleteMessage = async ({ bert, thread, messageId }: Scene, by = app) => {
  const params = { chatThreadId: thread.id, chatMessageId: messageId };
  expect((await callApp(by, 'chat-delete-message', { user: bert, params })).status).toBe(204);
};

const changes: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'A deleted message': (scene) => deleteMessage(scene),
  'What a message said before it was edited': async ({ bert, thread, messageId }) => {
    const params = { chatThreadId: thread.id, chatMessageId: messageId };
    const body = { content: 'something else' };
    expect((await callApp(app, 'chat-update-message', { user: bert, params, body })).status).toBe(204);
  },
  'A deleted image': async ({ bert, thread, imageId }) => {
    const params = { chatThreadId: thread.id, imageId };
    expect((await callApp(app, 'chat-delete-image', { user: bert, params })).status).toBe(204);
  },
  'A deleted thread': async ({ anna, thread }) => {
    const params = { chatThreadId: thread.id };
    expect((await callApp(app, 'chat-delete-thread', { user: anna, params })).status).toBe(204);
  },
};

describe('Fifteen minutes later nothing is in any archive of', () => {
  it.each(Object.entries(changes))('%s', async (what, change) => {
    const scene = await twoPeople();
    const mark = what.includes('image') ? `${scene.mark}image` : scene.mark;
    const [received, own] = [await makeExport(scene.anna.id), await makeExport(scene.bert.id)];
    expect(await storesWith(mark)).toContain('exports');
    expect((await fetchExport(app, own)).status).toBe(200);
    await change(scene);
    if (!what.includes('image')) {
      // The image, which says the same with more behind it, goes too.
      const params = { chatThreadId: scene.thread.id, imageId: scene.imageId };
      await callApp(app, 'chat-delete-image', { user: scene.bert, params });
    }
    await passQuarter();
    await expectGone(own, mark);
    // Images are handed out to their sender only.
    if (!what.includes('image')) {
      await expectGone(received, mark);
    }
  });
});

describe('A deletion', () => {
  it('leaves archives that hold nothing of that sender in that thread, and those that are made later', async () => {
    const scene = await twoPeople();
    const elsewhere = await twoPeople();
    await addThread(app, [scene.bert, elsewhere.anna]);
    const unconcerned = [await makeExport(elsewhere.anna.id), await makeExport(elsewhere.bert.id)];
    unconcerned.push(await makeExport(scene.anna.id, false));
    const own = await makeExport(scene.bert.id);
    await deleteMessage(scene);
    app.clock.setOffset(app.clock.offsetMs + 2 * minute);
    const later = await makeExport(scene.bert.id);
    await passQuarter();
    expect((await watchExport(app, own)).error?.code).toBe('Outdated');
    for (const id of [...unconcerned, later]) {
      expect((await fetchExport(app, id)).status).toBe(200);
    }
  });

  it('that is refused leaves the archives of a thread that its sender was removed from', async () => {
    const { anna, bert, thread, messageId } = await twoPeople();
    const own = await makeExport(bert.id);
    const participant = { communicationUser: { id: bert.id } };
    const params = { chatThreadId: thread.id };
    expect((await callApp(app, 'chat-remove-participant', { user: anna, params, body: participant })).status).toBe(204);
    const refused = await callApp(app, 'chat-delete-message', {
      user: bert,
      params: { ...params, chatMessageId: messageId },
    });
    expect(refused.status).toBe(403);
    await passQuarter();
    expect((await fetchExport(app, own)).status).toBe(200);
  });

  it('reaches archives also when the clock was moved back behind the time at which they were asked for', async () => {
    const scene = await twoPeople();
    const own = await makeExport(scene.bert.id);
    app.clock.setOffset(app.clock.offsetMs - 10 * minute);
    app.dropCaches();
    const { body } = await callApp(app, 'identity-issue-token', {
      params: { id: scene.bert.id },
      body: { scopes: ['chat'] },
    });
    await deleteMessage({ ...scene, bert: { ...scene.bert, token: String(body.token) } });
    await passQuarter();
    expect((await watchExport(app, own)).error?.code).toBe('Outdated');
  });

  it('reaches archives also when its process dies right behind its commit', async () => {
    const scene = await twoPeople();
    const own = await makeExport(scene.bert.id);
    const interceptor = createCallInterceptor((_, { store, kind }) =>
      store === 'chatthreads' && kind === 'update' ? 'stopAfter' : 'pass',
    );
    const doomed = await composeOn(azurite.connectionString, {
      clockOffsetMs: app.clock.offsetMs,
      observers: [interceptor.observe],
    });
    await Promise.race([deleteMessage(scene, doomed), interceptor.stopped]);
    await doomed.storage.close();
    await passQuarter();
    expect((await watchExport(app, own)).error?.code).toBe('Outdated');
  });
});

describe('Where no archive waits, a deletion', () => {
  let fresh: Azurite;
  let alone: ComposedApp;
  beforeAll(async () => {
    fresh = await startAzurite();
    alone = await composeOn(fresh.connectionString);
    await alone.provision();
  });
  afterAll(async () => {
    await alone?.storage.close();
    await fresh?.stop();
  });

  async function saySomething() {
    const user = await addUser(alone);
    const thread = await addThread(alone, [user]);
    const params = { chatThreadId: thread.id };
    const body = { content: 'hello', type: 'text' };
    const sent = await callApp(alone, 'chat-send-message', { user, params, body });
    return { user, params: { ...params, chatMessageId: String(sent.body.id) } };
  }

  it('costs nothing more', async () => {
    const message = await saySomething();
    const before = alone.counter.snapshot();
    expect((await callApp(alone, 'chat-delete-message', message)).status).toBe(204);
    const { 'revocations/query': tail = 0, ...counts } = alone.counter.since(before);
    // As any request with a token: one look, when the last one is two seconds ago.
    expect(tail).toBeLessThanOrEqual(1);
    expect(Object.keys(counts).filter((call) => !call.startsWith('chatthreads'))).toEqual([]);
  });

  it('reaches an archive that is made between its first look and its commit', async () => {
    const message = await saySomething();
    let reached = () => {};
    let goOn = () => {};
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const slow = await composeOn(fresh.connectionString, {
      observers: [
        async (call, send) => {
          if (call.store === 'chatthreads' && call.kind === 'transaction') {
            reached();
            await mayGoOn;
          }
          return send();
        },
      ],
    });
    const deletion = callApp(slow, 'chat-delete-message', message);
    await isReached;
    const id = await startExport(alone, message.user.id);
    await alone.jobs.work(id);
    expect((await watchExport(alone, id)).status).toBe('succeeded');
    goOn();
    expect((await deletion).status).toBe(204);
    alone.clock.setOffset(5 * minute);
    await alone.sweep();
    expect((await watchExport(alone, id)).error?.code).toBe('Outdated');
    await slow.storage.close();
  });
});

/** The exported person's own two rows come first, then those of the thread, then those of the sender, once read. */
const isSenderNoted = () => {
  let notes = 0;
  return ({ store, kind }: StorageCall) => store === 'exportsubjects' && kind === 'update' && ++notes === 5;
};
const isFinishing = ({ store, kind }: StorageCall) => store === 'exports' && kind === 'blob-write';

describe('An export that is under way while a message is deleted', () => {
  it.each([
    ['it has read it, and noted nothing of its sender', isSenderNoted(), 0],
    ['it has read it, and notes its sender minutes later only', isSenderNoted(), 2],
    ['it is about to finish its archive', isFinishing, 0],
  ])('is ended when %s', async (_, isChosen, minutes) => {
    const scene = await twoPeople();
    const id = await startExport(app, scene.anna.id);
    const worker = await pausedWorker(app, azurite.connectionString, id, (_number, call) => isChosen(call));
    await deleteMessage(scene);
    const params = { chatThreadId: scene.thread.id, imageId: scene.imageId };
    await callApp(app, 'chat-delete-image', { user: scene.bert, params });
    app.clock.setOffset(app.clock.offsetMs + minutes * minute);
    await app.sweep();
    await worker.finish();
    expect((await watchExport(app, id)).status).toBe('succeeded');
    await passQuarter();
    await expectGone(id, scene.mark);
    expect((await keptExports(app)).filter((each) => each.includes(id) && each.endsWith('.zip'))).toEqual([]);
  });
});

describe('Two processes', () => {
  it('know of each other’s exports before anything is read for them', async () => {
    const times: { announced?: number; read?: number } = {};
    const exporter = await composeOn(azurite.connectionString, {
      clockOffsetMs: app.clock.offsetMs,
      observers: [
        (call, send) => {
          if (call.store === 'revocations' && call.kind === 'insert') {
            times.announced = performance.now();
          }
          if (call.store.startsWith('chatthreads')) {
            times.read ??= performance.now();
          }
          return send();
        },
      ],
    });
    // The other one has never made an export, and has just looked.
    const other = await composeOn(azurite.connectionString, { clockOffsetMs: app.clock.offsetMs });
    const scene = await twoPeople();
    const id = await startExport(app, scene.anna.id);
    await callApp(other, 'chat-list-threads', { user: scene.bert });
    await exporter.jobs.work(id);
    expect((times.read ?? 0) - (times.announced ?? 0)).toBeGreaterThanOrEqual(2_000);
    await deleteMessage(scene, other);
    await passQuarter();
    expect((await watchExport(app, id)).error?.code).toBe('Outdated');
    await exporter.storage.close();
    await other.storage.close();
  });
});

describe('A thread whose policy is shortened', () => {
  const day = 24 * 60 * minute;

  it('is a quarter of an hour after its new end in no archive that was made before', async () => {
    const scene = await twoPeople();
    const other = await twoPeople();
    app.clock.setOffset(app.clock.offsetMs + 31 * day);
    app.dropCaches();
    const [received, own, unconcerned] = [
      await makeExport(scene.anna.id),
      await makeExport(scene.bert.id),
      await makeExport(other.bert.id),
    ];
    const issued = await callApp(app, 'identity-issue-token', {
      params: { id: scene.anna.id },
      body: { scopes: ['chat'] },
    });
    const anna = { ...scene.anna, token: String(issued.body.token) };
    const body = { retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } };
    const params = { chatThreadId: scene.thread.id };
    expect((await callApp(app, 'chat-update-thread', { user: anna, params, body })).status).toBe(204);
    await passQuarter();
    for (const id of [received, own]) {
      expect((await watchExport(app, id)).error?.code).toBe('Outdated');
      expect((await fetchExport(app, id)).status).toBe(404);
    }
    expect((await fetchExport(app, unconcerned)).status).toBe(200);
    // The thread itself can still be restored.
    expect(await storesWith(scene.mark)).toEqual(['chatimages', 'chatthreads']);
  });

  it('is in a new archive as long as an operator can restore it, as identify counts it, wherever the clock goes', async () => {
    const anna = await addUser(app);
    const mark = `expired${randomBytes(6).toString('hex')}`;
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 };
    const { id } = await addThread(app, [anna], { retentionPolicy });
    await callApp(app, 'chat-send-message', { user: anna, params: { chatThreadId: id }, body: { content: mark } });
    app.clock.setOffset(app.clock.offsetMs + 30 * day);
    await app.sweep();
    app.clock.setOffset(app.clock.offsetMs - 10 * day);
    app.dropCaches();
    const files = await unzip((await fetchExport(app, await makeExport(anna.id))).content);
    expect(String(files.get('records/chatthreads.jsonl'))).toContain(mark);
    const { stores } = (await callApp(app, 'privacy-identify', { body: { identifiers: [anna.id] } })).body;
    const counted = (stores as { store: string; items: number }[]).find(({ store }) => store === 'chatthreads');
    expect(counted?.items).toBe(String(files.get('records/chatthreads.jsonl')).trim().split('\n').length);

    app.clock.setOffset(app.clock.offsetMs + 50 * day);
    await app.sweep();
    app.dropCaches();
    const later = await unzip((await fetchExport(app, await makeExport(anna.id))).content);
    expect([...later.values()].map(String).join()).not.toContain(mark);
  });
});
