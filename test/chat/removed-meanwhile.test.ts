// Who is removed while something is read for them is shown nothing that was written after the removal.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { chatThreads } from '../../shared/chat/index.js';
import type { StorageCall } from '../../shared/storage/index.js';
import { accepted, createThread, send, type WireMessage } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

/** Holds one call of the process that reads. */
let isHeld: (call: StorageCall) => boolean = () => false;
let reached = () => {};
let released = Promise.resolve();

let geography: TestGeography;
let reading: TestProcess;
let other: TestProcess;
let anna: TestUser;
let bert: TestUser;
let thread: string;
let ids: string[];
beforeAll(async () => {
  geography = await startGeography();
  other = await geography.start();
  reading = await geography.start({
    observers: [
      async (call, make) => {
        if (call.store.startsWith(chatThreads.name) && isHeld(call)) {
          isHeld = () => false;
          reached();
          await released;
        }
        return make();
      },
    ],
  });
  [anna, bert] = [await reading.newUser(), await reading.newUser()];
});
beforeEach(async () => {
  thread = await createThread(other, anna, [bert]);
  ids = [];
  for (let n = 0; n < 7; n++) {
    ids.push(await send(other, anna, thread, `m${n}`));
  }
});
afterAll(() => geography?.stop());

const edits = async (n: number, content: string) => {
  const params = { chatThreadId: thread, chatMessageId: ids[n] ?? '' };
  accepted(await other.call('chat-update-message', { user: anna, params, body: { content } }));
};

/** Lets somebody read, and in the middle of it removes them and edits the message that they asked for. */
async function readDuring<Body>(held: typeof isHeld, name: string, options: object, edited: number): Promise<Body> {
  let letGo = () => {};
  released = new Promise((resolve) => (letGo = resolve));
  const isReached = new Promise<void>((resolve) => (reached = resolve));
  isHeld = held;
  const answer = reading.call<Body>(name, { user: bert, ...options });
  await Promise.race([isReached, answer.then(() => Promise.reject(new Error('Nothing was held.')))]);
  const removed = { user: anna, params: { chatThreadId: thread }, body: { rawId: bert.id } };
  accepted(await other.call('chat-remove-participant', removed));
  await edits(edited, 'AFTER THE REMOVAL');
  letGo();
  return accepted(await answer);
}

const nth = (kind: StorageCall['kind'], n: number) => {
  let seen = 0;
  return (call: StorageCall) => call.kind === kind && ++seen === n;
};
const list = (maxPageSize: number, more: object = {}) => ({
  params: { chatThreadId: thread },
  query: { maxPageSize, ...more },
});
interface Page {
  readonly value: readonly WireMessage[];
  readonly nextLink?: string;
}
const textsOf = ({ value }: Page) => value.map(({ content }) => content?.message);

it('A list that needs more entries than its first', async () => {
  for (let n = 0; n < 4; n++) {
    await edits(6, `m6, ${n}`);
  }
  const page = await readDuring<Page>(nth('query', 2), 'chat-list-messages', list(8), 0);
  expect(textsOf(page)).toContain('m1');
  expect(JSON.stringify(page)).not.toContain('AFTER');
});

it('A further page', async () => {
  const first = accepted(await reading.call<Page>('chat-list-messages', { user: bert, ...list(3) }));
  const next = Object.fromEntries(new URL(first.nextLink ?? '').searchParams);
  const page = await readDuring<Page>(nth('query', 1), 'chat-list-messages', list(3, next), 2);
  expect(textsOf(page)).toContain('m3');
  expect(JSON.stringify(page)).not.toContain('AFTER');
});

it('One message', async () => {
  const params = { chatThreadId: thread, chatMessageId: ids[2] ?? '' };
  const message = await readDuring<WireMessage>(nth('get', 2), 'chat-get-message', { params }, 2);
  expect(message).toMatchObject({ id: ids[2] });
  expect(message.content?.message).not.toBe('AFTER THE REMOVAL');
});
