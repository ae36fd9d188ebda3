// What tests do with a chat thread, in the words of the wire.
import type { Answer, TestProcess, TestUser } from './composed-app.js';

/** A message as a list shows it. */
export interface WireMessage {
  readonly id: string;
  readonly type: string;
  readonly sequenceId: string;
  readonly content?: { readonly message?: string; readonly topic?: string; readonly participants?: readonly unknown[] };
  readonly editedOn?: string;
  readonly deletedOn?: string;
}

export interface WireParticipant {
  readonly communicationIdentifier: { readonly rawId: string };
  readonly displayName?: string;
}

export const invitation = ({ id }: Pick<TestUser, 'id'>, more: object = {}) => ({
  communicationIdentifier: { rawId: id },
  ...more,
});

/** @returns the thread's id */
export async function createThread(
  { call }: Pick<TestProcess, 'call'>,
  user: TestUser,
  others: readonly Pick<TestUser, 'id'>[] = [],
): Promise<string> {
  const body = { topic: 'Tea', participants: others.map((other) => invitation(other)) };
  return accepted(await call<{ chatThread: { id: string } }>('chat-create-thread', { user, body })).chatThread.id;
}

/** @returns the message's id */
export async function send(
  { call }: Pick<TestProcess, 'call'>,
  user: TestUser,
  chatThreadId: string,
  content: string,
  more: object = {},
): Promise<string> {
  const options = { user, params: { chatThreadId }, body: { content, ...more } };
  return accepted(await call<{ id: string }>('chat-send-message', options)).id;
}

const maxPages = 1_000;

interface Page<Item> {
  readonly value: readonly Item[];
  readonly nextLink?: string;
}

/** A page at a time, by following `nextLink` as the SDKs do. */
export async function* pages<Item>(
  { call }: Pick<TestProcess, 'call'>,
  operation: string,
  user: TestUser,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number>> = {},
): AsyncGenerator<readonly Item[]> {
  let next: Readonly<Record<string, string | number>> | undefined = query;
  for (let page = 0; next !== undefined; page++) {
    if (page > maxPages) {
      throw new Error(`${operation} has no end.`);
    }
    const { value, nextLink }: Page<Item> = accepted(await call<Page<Item>>(operation, { user, params, query: next }));
    yield value;
    next = nextLink === undefined ? undefined : Object.fromEntries(new URL(nextLink).searchParams);
  }
}

export async function listAll<Item>(...listed: Parameters<typeof pages>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages<Item>(...listed)) {
    all.push(...page);
  }
  return all;
}

/** @throws {Error} when the answer is a refusal */
export function accepted<Body>({ status, body }: Answer<Body>): Body {
  if (status >= 300) {
    throw new Error(`Refused with ${status}: ${JSON.stringify(body)}`);
  }
  return body;
}
