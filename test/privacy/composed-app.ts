// What the privacy tests do with the composed app, in its own words: users, threads, images, jobs, exports.
import type { ComposedApp } from '../../functions/compose.js';
import { chatImages, chatThreads } from '../../shared/chat/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { exports, exportSubjects } from '../../shared/privacy/index.js';
import { shardOf, type StorageCall } from '../../shared/storage/index.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';

export async function addUser(app: ComposedApp): Promise<TestUser> {
  const { body } = await callApp(app, 'identity-create', { body: { createTokenWithScopes: ['chat'] } });
  return { id: body.identity.id, token: body.accessToken.token };
}

/** Works on all jobs that are queued, as the host would. */
export async function workJobs(app: ComposedApp): Promise<void> {
  const queue = app.storage.queue(jobQueue);
  for (;;) {
    const messages = await queue.receive(32, 60);
    if (messages.length === 0) {
      return;
    }
    for (const { text, receipt } of messages) {
      await app.jobs.work(text);
      await queue.remove(receipt);
    }
  }
}

export async function say(app: ComposedApp, threadId: string, user: TestUser, content: string): Promise<void> {
  const body = { content, type: 'text' };
  const { status } = await callApp(app, 'chat-send-message', { user, params: { chatThreadId: threadId }, body });
  if (status !== 201) {
    throw new Error(`The message was not sent (${status}).`);
  }
}

/** Puts an image into a thread as uploading it does. */
export async function addImage(app: ComposedApp, key: string, owner: string, id: string, image: Buffer): Promise<void> {
  await app.storage.blobs(chatImages).upload(`${key}/${id}`, image);
  const row = { partitionKey: key, rowKey: `image!${id}`, owner, name: 'cat.png', at: app.clock.now() };
  await app.storage.table(chatThreads, shardOf(chatThreads, key)).upsert(row, 'replace');
}

/**
 * Starts an export; its message is taken from the queue, so that the test alone works on it.
 *
 * @returns id of its operation and job
 */
export async function startExport(app: ComposedApp, identifier: string, includeReceived = true): Promise<string> {
  const body = { identifiers: [identifier], includeReceived };
  const { id } = (await callApp(app, 'privacy-export', { body })).body;
  const queue = app.storage.queue(jobQueue);
  const [message] = await queue.receive(1, 60);
  if (message === undefined || message.text !== id) {
    throw new Error('Another job was in the queue.');
  }
  await queue.remove(message.receipt);
  return String(id);
}

export async function watchExport(app: ComposedApp, operationId: string) {
  return (await callApp(app, 'privacy-get-operation', { params: { operationId } })).body;
}

export async function fetchExport(app: ComposedApp, operationId: string) {
  return callApp(app, 'privacy-get-export-content', { params: { operationId } });
}

/** Every blob and row that exports have left. */
export async function keptExports(app: ComposedApp): Promise<string[]> {
  const { names } = await app.storage.blobs(exports).list('');
  const { rows } = await app.storage.table(exportSubjects).scan();
  return [...names, ...rows.map(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`)];
}

/** A thread of these users, made by the first; id and partition key. */
export async function addThread(
  app: ComposedApp,
  users: readonly [TestUser, ...TestUser[]],
  options: { readonly retentionPolicy?: object } = {},
) {
  const participants = users.map(({ id }) => ({ communicationIdentifier: { rawId: id } }));
  const { body } = await callApp(app, 'chat-create-thread', {
    user: users[0],
    body: { topic: 'topic', participants, ...options },
  });
  const id = String(body.chatThread.id);
  return { id, key: id.slice(3, 39) };
}

/**
 * An app of its own that works on a job and waits before the chosen storage call until it may go on. Others do not hear
 * of an export before it begins.
 */
export async function pausedWorker(
  app: ComposedApp,
  connectionString: string,
  jobId: string,
  isChosen: (number: number, call: StorageCall) => boolean,
) {
  let number = 0;
  let goOn = () => {};
  let reached = () => {};
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
  const isReached = new Promise<boolean>((resolve) => (reached = () => resolve(true)));
  const worker = await composeOn(connectionString, {
    clockOffsetMs: app.clock.offsetMs,
    hearingMs: 0,
    observers: [
      async (call, send) => {
        number += 1;
        if (isChosen(number, call)) {
          reached();
          await mayGoOn;
        }
        return send();
      },
    ],
  });
  const work = worker.jobs.work(jobId);
  if (!(await Promise.race([isReached, work.then(() => false)]))) {
    throw new Error('The call was never made.');
  }
  return {
    finish: async () => {
      goOn();
      await work;
      await worker.storage.close();
    },
  };
}
