// Every operation of chat, as a case for the fault matrix.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import type { Answer, CallOptions, TestProcess } from '../app/composed-app.js';
import { type ChatScene, chatView, imageView } from './chat-view.js';
import type { FaultCase } from './fault-matrix.js';

const image = {
  headers: { 'content-type': 'image/png', 'image-filename': 'tea.png' },
  body: Buffer.from('a picture of tea'),
};

/** A thread of Anna and Bert with a message, a receipt and an image of Anna's; Cara takes no part. */
async function teaParty(healthy: TestProcess): Promise<ChatScene & { readonly threadId: string }> {
  const [anna, bert, cara] = await Promise.all([healthy.newUser(), healthy.newUser(), healthy.newUser()]);
  const threadId = await createThread(healthy, anna, [bert]);
  const messageId = await send(healthy, anna, threadId, 'Tea?', { metadata: { kept: 'yes' } });
  const params = { chatThreadId: threadId };
  accepted(await healthy.call('chat-send-read-receipt', { user: anna, params, body: { chatMessageId: messageId } }));
  const { id: imageId } = accepted(
    await healthy.call<{ id: string }>('chat-upload-image', { user: anna, params, ...image }),
  );
  return { people: { anna, bert, cara }, threadId, messageId, imageId, requestId: randomUUID() };
}

interface Variation {
  readonly user?: keyof ChatScene['people'];
  options?(scene: ChatScene): Pick<CallOptions, 'params' | 'body' | 'headers'>;
  prepare?(healthy: TestProcess): Promise<ChatScene>;
  check?(judge: TestProcess, answer: Answer, scene: ChatScene): Promise<void>;
  readonly statusWhenDone?: number;
  readonly isRepeatedAtOnce?: true;
}

function chatCase(operation: string, { user = 'anna', options, ...more }: Variation = {}): FaultCase<ChatScene> {
  return {
    operation,
    prepare: teaParty,
    run: (process, scene) => {
      const { params, ...rest } = options?.(scene) ?? {};
      const { people, threadId = '' } = scene;
      return process.call(operation, { user: people[user], params: { chatThreadId: threadId, ...params }, ...rest });
    },
    view: chatView,
    ...more,
  };
}

const theMessage = ({ messageId }: ChatScene) => ({ chatMessageId: messageId });
const addCara = ({ people }: ChatScene) => ({
  body: { participants: [invitation(people.cara, { displayName: 'Cara', shareHistoryTime: '2020-01-01T00:00:00Z' })] },
});

/** Cara took part and was removed. */
export async function caraLeft(healthy: TestProcess): Promise<ChatScene> {
  const scene = await teaParty(healthy);
  const change = { user: scene.people.anna, params: { chatThreadId: scene.threadId } };
  accepted(await healthy.call('chat-add-participants', { ...change, ...addCara(scene) }));
  const body = { rawId: scene.people.cara.id };
  accepted(await healthy.call('chat-remove-participant', { ...change, body }));
  return scene;
}

/** Operations that change something. */
export const chatChanges: readonly FaultCase<ChatScene>[] = [
  chatCase('chat-create-thread', {
    prepare: async (healthy) => ({ ...(await teaParty(healthy)), threadId: undefined, imageId: undefined }),
    options: ({ people: { bert, cara }, requestId }) => ({
      body: { topic: 'Cake', participants: [invitation(bert), invitation(cara)] },
      headers: { 'repeatability-request-id': requestId },
    }),
  }),
  chatCase('chat-update-thread', { options: () => ({ body: { topic: 'Coffee', metadata: { a: 'b' } } }) }),
  chatCase('chat-delete-thread', { statusWhenDone: 403 }),
  chatCase('chat-add-participants', { options: addCara }),
  chatCase('chat-add-participants', { prepare: caraLeft, options: addCara }),
  chatCase('chat-remove-participant', { options: ({ people }) => ({ body: { rawId: people.bert.id } }) }),
  chatCase('chat-send-message', {
    user: 'bert',
    isRepeatedAtOnce: true,
    options: ({ requestId }) => ({
      body: { content: 'With milk', senderDisplayName: 'Bert' },
      headers: { 'x-ms-client-request-id': requestId },
    }),
  }),
  chatCase('chat-update-message', {
    options: (scene) => ({ params: theMessage(scene), body: { content: 'Coffee?', metadata: { a: 'b' } } }),
  }),
  chatCase('chat-delete-message', { options: (scene) => ({ params: theMessage(scene) }) }),
  chatCase('chat-send-read-receipt', { user: 'bert', options: (scene) => ({ body: theMessage(scene) }) }),
  chatCase('chat-upload-image', {
    options: () => image,
    check: async (judge, answer, { people, threadId = '' }) => {
      const { id } = answer.body as { id: string };
      expect(await imageView(judge, people.bert, threadId, id)).toMatch(/^[\da-f]{64}$/);
    },
  }),
  chatCase('chat-delete-image', {
    options: ({ imageId = '' }) => ({ params: { imageId } }),
    statusWhenDone: 404,
  }),
];

/** Operations that change nothing, whatever fails. */
export const chatReads: readonly FaultCase<ChatScene>[] = [
  chatCase('chat-send-typing-notice'),
  chatCase('chat-view-image', { options: ({ imageId = '' }) => ({ params: { imageId, imageViewType: 'original' } }) }),
  chatCase('chat-get-thread'),
  chatCase('chat-list-threads'),
  chatCase('chat-list-participants'),
  chatCase('chat-get-message', { options: (scene) => ({ params: theMessage(scene) }) }),
  chatCase('chat-list-messages', { prepare: caraLeft, user: 'cara' }),
  chatCase('chat-list-read-receipts'),
];
