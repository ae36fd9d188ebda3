// An image whose upload takes so long that, before it ends, its thread is deleted, or its sender: whatever has passed by by
// then, nothing of it stays.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobQueue } from '../../shared/jobs/index.js';
import { chatImages } from '../../shared/chat/index.js';
import { type CallObserver, createCallInterceptor, type StorageCall } from '../../shared/storage/index.js';
import { accepted, createThread } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';

let geography: TestGeography;
let here: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  here = await geography.start();
});
afterAll(() => geography?.stop());

/** Holds up the first call of a kind, and what is called after it. */
function gate(isChosen: (call: StorageCall) => boolean) {
  let reach = () => {};
  let open = () => {};
  const isReached = new Promise<void>((resolve) => (reach = resolve));
  const isOpen = new Promise<void>((resolve) => (open = resolve));
  let isShut = false;
  const observe: CallObserver = async (call, send) => {
    isShut ||= isChosen(call);
    if (isShut) {
      reach();
      await isOpen;
    }
    return send();
  };
  return { observe, isReached, open };
}

const isAt = (store: string, kind: StorageCall['kind']) => (call: StorageCall) =>
  call.store === store && call.kind === kind;

interface Scene {
  readonly anna: TestUser;
  readonly bert: TestUser;
  readonly chatThreadId: string;
}

const deleteThread = async ({ bert, chatThreadId }: Scene) =>
  void accepted(await here.call('chat-delete-thread', { user: bert, params: { chatThreadId } }));

/** @returns id of the job that erases her; it has begun */
async function deleteAnna({ anna }: Scene): Promise<string> {
  accepted(await here.call('identity-delete', { params: { id: anna.id } }));
  const [message] = await here.app.storage.queue(jobQueue).receive(1, 60);
  const jobId = message?.text ?? '';
  await here.app.jobs.work(jobId);
  return jobId;
}

/** A process a minute later, when every cache is too old: what removes images begins. */
const later = (observe?: CallObserver) =>
  geography.start({ clockOffsetMs: 61_000, ...(observe && { observers: [observe] }) });

/** Each is done while the image is on its way; what it returns, when it has arrived. */
const meanwhile: Readonly<Record<string, (scene: Scene) => Promise<void | (() => Promise<void>)>>> = {
  'its thread is deleted': deleteThread,
  'its thread is deleted, and purged': async (scene) => {
    await deleteThread(scene);
    await (await later()).app.sweep();
  },
  'the purge of its thread has looked for images already': async (scene) => {
    await deleteThread(scene);
    const { observe, isReached, open } = gate(isAt('chatuserindex', 'transaction'));
    const sweep = (await later(observe)).app.sweep();
    await isReached;
    return async () => {
      open();
      await sweep;
    };
  },
  'its sender is deleted': async (scene) => void (await deleteAnna(scene)),
  'its sender is deleted, and erased': async (scene) => {
    const jobId = await deleteAnna(scene);
    await (await later()).app.jobs.work(jobId);
  },
  'the erasure of its sender has put it away already': async (scene) => {
    const jobId = await deleteAnna(scene);
    const { observe, isReached, open } = gate(isAt('chatthreads', 'delete'));
    const erasure = (await later(observe)).app.jobs.work(jobId);
    await isReached;
    return async () => {
      open();
      await erasure;
    };
  },
  'its sender is removed from the thread': async ({ anna, bert, chatThreadId }) => {
    const body = { communicationUser: { id: anna.id } };
    accepted(await here.call('chat-remove-participant', { user: bert, params: { chatThreadId }, body }));
  },
};

async function uploadSlowly(during: (scene: Scene) => Promise<void | (() => Promise<void>)>) {
  const [anna, bert] = [await here.newUser(), await here.newUser()];
  const mark = `mark${randomBytes(6).toString('hex')}`;
  const scene = { anna, bert, chatThreadId: await createThread(here, bert, [anna]) };
  const { observe, isReached, open } = gate(isAt('chatimages', 'blob-write'));
  const slow = await geography.start({ observers: [observe] });
  const headers = { 'content-type': 'image/png', 'image-filename': `${mark}.png` };
  const params = { chatThreadId: scene.chatThreadId };
  const upload = slow.call<{ id?: string }>('chat-upload-image', {
    user: anna,
    params,
    headers,
    body: Buffer.from(mark),
  });
  await isReached;
  const goOn = await during(scene);
  slow.app.clock.monotonic = () => performance.now() + 31_000;
  open();
  const { status, body } = await upload;
  await goOn?.();
  const { hits } = await scanStorage(geography.connectionString, [mark]);
  expect(slow.failures).toEqual([]);
  return {
    status,
    hits,
    view: { user: anna, params: { ...params, imageId: body.id ?? '', imageViewType: 'original' } },
  };
}

describe('Nothing of an image stays when, before its upload ends,', () => {
  it.each(Object.entries(meanwhile))('%s', async (_, during) => {
    const { status, hits } = await uploadSlowly(during);
    expect([403, 404]).toContain(status);
    expect(hits).toEqual([]);
  });
});

describe('An image', () => {
  it('that was only slow is there', async () => {
    const { status, view } = await uploadSlowly(async () => undefined);
    expect(status).toBe(201);
    expect((await here.call('chat-view-image', view)).status).toBe(200);
  });

  it('whose upload was broken off goes with its thread, though it is no image yet', async () => {
    const bert = await here.newUser();
    const chatThreadId = await createThread(here, bert);
    const { observe, stopped } = createCallInterceptor((_, call) =>
      isAt('chatimages', 'blob-write')(call) ? 'stopAfter' : 'pass',
    );
    const doomed = await geography.start({ observers: [observe] });
    const headers = { 'content-type': 'image/png', 'image-filename': 'large.png' };
    const body = randomBytes(9 * 1_048_576);
    await Promise.race([
      doomed.call('chat-upload-image', { user: bert, params: { chatThreadId }, headers, body }),
      stopped,
    ]);
    await doomed.close();
    const kept = async () => (await here.app.storage.blobs(chatImages).list(`${chatThreadId.slice(3, 39)}/`)).names;
    expect(await kept()).toHaveLength(1);
    accepted(await here.call('chat-delete-thread', { user: bert, params: { chatThreadId } }));
    await (await later()).app.sweep();
    expect(await kept()).toEqual([]);
  });
});
