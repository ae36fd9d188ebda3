// Everything that the people of a scene can see of chat, without the ids and times that differ from run to run.
import { createHash } from 'node:crypto';
import { listAll, type WireMessage, type WireParticipant } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';

export interface ChatScene {
  readonly people: { readonly anna: TestUser; readonly bert: TestUser; readonly cara: TestUser };
  /** Undefined before one is made. */
  readonly threadId: string | undefined;
  /** A message of Anna's. */
  readonly messageId: string;
  /** An image of Anna's. */
  readonly imageId: string | undefined;
  /** Different in each scene, the same when a request is repeated. */
  readonly requestId: string;
}

interface Receipt {
  readonly senderCommunicationIdentifier: { readonly rawId: string };
  readonly chatMessageId: string;
}

export async function chatView(judge: TestProcess, scene: ChatScene): Promise<unknown> {
  const names = new Map(Object.entries(scene.people).map(([name, { id }]) => [id, name]));
  const views = await Promise.all(
    Object.entries(scene.people).map(async ([name, user]) => {
      const threads = await listAll<{ id: string; topic: string }>(judge, 'chat-list-threads', user, {});
      const known = scene.threadId === undefined ? threads.map(({ id }) => id) : [scene.threadId];
      const seen = await Promise.all(known.map((id) => threadView(judge, user, id, scene)));
      const topics = threads.map(({ topic }) => topic).sort();
      // No order counts that nobody promises.
      return [name, { topics, threads: seen.sort((one, other) => (one.topic ?? '').localeCompare(other.topic ?? '')) }];
    }),
  );
  let text = JSON.stringify(Object.fromEntries(views));
  for (const [id, name] of names) {
    text = text.replaceAll(id, name);
  }
  return JSON.parse(text.replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"time"'));
}

async function threadView(judge: TestProcess, user: TestUser, chatThreadId: string, { imageId }: ChatScene) {
  const params = { chatThreadId };
  const { status, body } = await judge.call<{ topic: string; metadata?: object }>('chat-get-thread', { user, params });
  // A former member reads messages, but not the thread.
  const listed = await judge.call('chat-list-messages', { user, params });
  const messages =
    listed.status === 200
      ? await listAll<WireMessage>(judge, 'chat-list-messages', user, params, { maxPageSize: 3 })
      : [];
  const numbers = new Map(messages.map(({ id }, index) => [id, index]));
  // An edit that is repeated is another edit, with a number of its own: the order counts.
  const history = messages.map(({ id: _id, sequenceId: _number, ...message }) => ({ ...message, version: undefined }));
  if (status !== 200) {
    return { status, topic: undefined, messages: listed.status, history };
  }
  const { topic, metadata } = body;
  const participants = await listAll<WireParticipant>(judge, 'chat-list-participants', user, params);
  const receipts = await listAll<Receipt>(judge, 'chat-list-read-receipts', user, params);
  return {
    status,
    topic,
    metadata,
    history,
    participants: Object.fromEntries(participants.map((each) => [each.communicationIdentifier.rawId, each])),
    receipts: Object.fromEntries(
      receipts.map((receipt) => [receipt.senderCommunicationIdentifier.rawId, numbers.get(receipt.chatMessageId)]),
    ),
    image: imageId && (await imageView(judge, user, chatThreadId, imageId)),
  };
}

/** Its status and what it holds. */
export async function imageView(judge: TestProcess, user: TestUser, chatThreadId: string, imageId: string) {
  const params = { chatThreadId, imageId, imageViewType: 'original' };
  const { status, text } = await judge.call('chat-view-image', { user, params });
  return status === 200 ? createHash('sha256').update(text).digest('hex') : status;
}
