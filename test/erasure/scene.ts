// A person with two identities, a phone number and an address, in threads of every kind, among people who stay.
import type { ComposedApp } from '../../functions/compose.js';
import { callApp, type CallOptions, type TestUser } from '../app/call-app.js';
import { invitation } from '../app/chat-calls.js';

export const personId = 'customer-17';
const dayMs = 86_400_000;

/** By then the thread with a policy has expired; product ms after the real time. */
export const sceneOffsetMs = 31 * dayMs;

export interface Scene {
  readonly anna: TestUser;
  /** Anna's other identity. */
  readonly ann: TestUser;
  readonly bert: TestUser;
  readonly cleo: TestUser;
}

/** Leaves the clock of the app at {@link sceneOffsetMs}. */
export async function plantScene(app: ComposedApp): Promise<Scene> {
  const call = async (name: string, options: CallOptions) => {
    const answer = await callApp(app, name, options);
    if (answer.status >= 300) {
      throw new Error(`${name} was refused with ${answer.status}: ${answer.content}`);
    }
    return answer.body;
  };
  const newUser = async (): Promise<TestUser> => {
    const { identity, accessToken } = await call('identity-create', { body: { createTokenWithScopes: ['chat'] } });
    return { id: identity.id, token: accessToken.token };
  };
  const [anna, ann, bert, cleo] = [await newUser(), await newUser(), await newUser(), await newUser()];
  const thread = async (user: TestUser, others: readonly TestUser[], more: object = {}) => {
    const participants = others.map((other) => invitation(other, { displayName: 'Somebody' }));
    const made = await call('chat-create-thread', { user, body: { topic: 'Tea', participants, ...more } });
    return { chatThreadId: String(made.chatThread.id) };
  };
  const send = async (user: TestUser, params: { chatThreadId: string }, content: string): Promise<string> =>
    (await call('chat-send-message', { user, params, body: { content, senderDisplayName: 'Somebody' } })).id;

  // Hers, with Bert in it, and everything that there can be in a thread.
  const shared = await thread(anna, [bert], { metadata: { a: 'b' } });
  const chatMessageId = await send(anna, shared, 'Tea?');
  await send(bert, shared, 'With milk');
  for (const user of [anna, bert]) {
    await call('chat-send-read-receipt', { user, params: shared, body: { chatMessageId } });
  }
  await call('chat-update-thread', { user: anna, params: shared, body: { topic: 'More tea' } });
  const headers = { 'content-type': 'image/png', 'image-filename': 'tea.png' };
  for (const user of [anna, bert]) {
    await call('chat-upload-image', { user, params: shared, headers, body: Buffer.from('tea') });
  }
  // Another's, with her other identity.
  const other = await thread(bert, [ann, cleo]);
  for (const user of [ann, bert]) {
    await send(user, other, 'Hello');
  }
  // One that expires, one that she has left, one of her own two identities alone.
  const policy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 };
  const expiring = await thread(bert, [anna], { retentionPolicy: policy });
  for (const user of [anna, bert]) {
    await send(user, expiring, 'Not for ever');
  }
  const left = await thread(bert, [anna]);
  await send(anna, left, 'Good bye');
  await call('chat-remove-participant', { user: anna, params: left, body: { rawId: anna.id } });
  await send(anna, await thread(anna, [ann]), 'Note to self');

  const identifiers = [anna.id, ann.id, '4:+4366412345678', 'anna@example.com'];
  await call('privacy-add-identifiers', { params: { personId }, body: { identifiers } });
  await call('privacy-add-identifiers', { params: { personId: 'customer-18' }, body: { identifiers: [bert.id] } });
  app.clock.setOffset(sceneOffsetMs);
  app.dropCaches();
  await app.sweep();
  return { anna, ann, bert, cleo };
}
