// A thread with a policy, and what its only member and the operator can do with it.
import { accepted, createThread, send } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';

export const none = { kind: 'none' };
export const days = (deleteThreadAfterDays: number) => ({ kind: 'threadCreationDate', deleteThreadAfterDays });

export interface Scene {
  readonly anna: TestUser;
  readonly threadId: string;
  readonly key: string;
  readonly createdOn: number;
}

/** Made now; with a message. */
export async function threadWith(process: TestProcess, retentionPolicy: object): Promise<Scene> {
  const anna = await process.newUser();
  const createdOn = process.app.clock.now();
  const threadId = await createThread(process, anna, []);
  await send(process, anna, threadId, 'Tea?');
  const params = { chatThreadId: threadId };
  accepted(await process.call('chat-update-thread', { user: anna, params, body: { retentionPolicy } }));
  return { anna, threadId, key: threadId.slice(3, 39), createdOn };
}

/** As Anna, with a new token, because one lives a day at most. @returns the status */
async function asAnna(process: TestProcess, { anna, threadId }: Scene, operation: string, body?: object) {
  const token = { params: { id: anna.id }, body: { scopes: ['chat'] } };
  const issued = await process.call<{ token: string }>('identity-issue-token', token);
  const user = { id: anna.id, token: accepted(issued).token };
  return (await process.call(operation, { user, params: { chatThreadId: threadId }, body })).status;
}

export const read = (process: TestProcess, scene: Scene) => asAnna(process, scene, 'chat-get-thread');
export const remove = (process: TestProcess, scene: Scene) => asAnna(process, scene, 'chat-delete-thread');
export const update = (process: TestProcess, scene: Scene, retentionPolicy: object) =>
  asAnna(process, scene, 'chat-update-thread', { retentionPolicy });

export async function restore(process: TestProcess, { threadId }: Scene, retentionPolicy: object): Promise<number> {
  const params = { chatThreadId: threadId };
  return (await process.call('chat-restore-thread', { params, body: { retentionPolicy } })).status;
}

interface Expired {
  readonly id: string;
  readonly expiredOn: string;
  readonly restorableUntil: string;
}

/** As the operator's list shows it. */
export async function expiredThread(process: TestProcess, { threadId }: Scene): Promise<Expired | undefined> {
  const { body } = await process.call<{ value: Expired[] }>('chat-list-expired-threads');
  return body.value.find(({ id }) => id === threadId);
}
