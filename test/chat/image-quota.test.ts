// How many images a thread takes, and how much of them, in all and of one user.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { figure } from '../../shared/budgets/index.js';
import { chatThreads } from '../../shared/chat/index.js';
import { shardOf } from '../../shared/storage/index.js';
import { accepted, createThread } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

const MiB = 1_048_576;

let geography: TestGeography;
let app: TestProcess;
let [anna, bert]: TestUser[] = [];
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  [anna, bert] = await Promise.all([app.newUser(), app.newUser()]);
});
afterAll(() => geography?.stop());

/** A thread of both that has images already, as rows say; so many bytes each. */
async function threadWith(
  images: readonly { readonly of: TestUser; readonly count: number; readonly bytes: number }[],
) {
  const thread = await createThread(app, anna as TestUser, [bert as TestUser]);
  const key = thread.slice(3, 39);
  const table = app.app.storage.table(chatThreads, shardOf(chatThreads, key));
  let n = 0;
  for (const { of, count, bytes } of images) {
    await Promise.all(
      Array.from({ length: count }, () =>
        table.upsert(
          { partitionKey: key, rowKey: `image!planted-${n++}`, owner: of.id, name: 'a', at: 1, bytes },
          'replace',
        ),
      ),
    );
  }
  return { thread, table, key };
}

const chunked = { 'transfer-encoding': 'chunked' };
const upload = (
  thread: string,
  user: TestUser | undefined,
  bytes = 10,
  length: Readonly<Record<string, string>> = { 'content-length': String(bytes) },
) =>
  app.call<{ id: string }>('chat-upload-image', {
    user: user as TestUser,
    params: { chatThreadId: thread },
    headers: {
      'content-type': 'image/png',
      'image-filename': 'tea.png',
      ...length,
    },
    body: Buffer.alloc(bytes, 1),
  });

it('A user who has sent as many images to a thread as one may is refused; others are not', async () => {
  const { thread } = await threadWith([{ of: anna as TestUser, count: figure('imagesPerUser'), bytes: 1 }]);
  expect(await upload(thread, anna)).toMatchObject({ status: 403, body: { error: { code: 'QuotaExceeded' } } });
  expect((await upload(thread, bert)).status).toBe(201);
});

it('A thread that is full takes none from anybody, until one is deleted', async () => {
  const others = Array.from({ length: 4 }, (_, n) => ({ id: `8:acs:other-${n}`, token: '' }));
  const share = figure('imagesPerThread') / others.length;
  const { thread, table, key } = await threadWith(others.map((of) => ({ of, count: share, bytes: 1 })));
  expect((await upload(thread, bert)).status).toBe(403);
  await table.remove(key, 'image!planted-0');
  const { id: imageId } = accepted(await upload(thread, bert));
  expect((await upload(thread, bert)).status).toBe(403);
  const params = { chatThreadId: thread, imageId };
  expect((await app.call('chat-delete-image', { user: bert as TestUser, params })).status).toBe(204);
  expect((await upload(thread, bert)).status).toBe(201);
});

it('What counts is the size that is declared, before anything is sent', async () => {
  const left = 1_000;
  const bytes = figure('imageBytesPerUser') - left;
  const { thread } = await threadWith([{ of: anna as TestUser, count: 1, bytes }]);
  expect((await upload(thread, anna, left + 1)).status).toBe(403);
  expect((await upload(thread, anna, left)).status).toBe(201);
  expect((await upload(thread, anna, 1)).status).toBe(403);
  const whole = await threadWith([{ of: anna as TestUser, count: 1, bytes: figure('imageBytesPerThread') }]);
  expect((await upload(whole.thread, bert, 1)).status).toBe(403);
});

it('An image whose size is not declared counts as the largest until it is there, then as what it is', async () => {
  const bytes = figure('imageBytesPerUser') - 20 * MiB;
  const { thread, table, key } = await threadWith([{ of: anna as TestUser, count: 1, bytes }]);
  const { id } = accepted(await upload(thread, anna, 10, chunked));
  expect(await table.get(key, `image!${id}`)).toMatchObject({ bytes: 10 });
  expect((await upload(thread, anna, 10, chunked)).status).toBe(403);
  expect((await upload(thread, anna, 10)).status).toBe(201);
});
