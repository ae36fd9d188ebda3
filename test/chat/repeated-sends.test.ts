// A send that is repeated after a lost answer is one message; whoever gives one request id to all that they send loses nothing.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accepted, createThread, listAll, type WireMessage } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

let geography: TestGeography;
let here: TestProcess;
let there: TestProcess;
let anna: TestUser;
let thread: string;
let requestId: string;
beforeAll(async () => {
  geography = await startGeography();
  [here, there] = [await geography.start(), await geography.start()];
});
beforeEach(async () => {
  anna = await here.newUser();
  thread = await createThread(here, anna);
  requestId = randomUUID();
});
afterAll(() => geography?.stop());

async function sends(process: TestProcess, content: string, user = anna): Promise<string> {
  const options = {
    user,
    params: { chatThreadId: thread },
    headers: { 'x-ms-client-request-id': requestId },
    body: { content },
  };
  return accepted(await process.call<{ id: string }>('chat-send-message', options)).id;
}

const texts = async () =>
  (await listAll<WireMessage>(here, 'chat-list-messages', anna, { chatThreadId: thread }))
    .flatMap(({ type, content }) => (type === 'text' && content?.message ? [content.message] : []))
    .toReversed();

const later = (ms: number) => {
  for (const { app } of [here, there]) {
    app.clock.setOffset(app.clock.offsetMs + ms);
  }
};

describe('A send with the request id of another', () => {
  it('is that one when it says the same, and a message of its own when anything else came between', async () => {
    const first = await sends(here, 'ok');
    expect(await sends(here, 'ok')).toBe(first);
    const next = await sends(here, 'next');
    const third = await sends(here, 'ok');
    expect(new Set([first, next, third]).size).toBe(3);
    expect(await sends(here, 'ok')).toBe(third);
    expect(await texts()).toEqual(['ok', 'next', 'ok']);
  });

  it('is compared with what other processes have taken in', async () => {
    const first = await sends(here, 'ok');
    expect(await sends(there, 'ok')).toBe(first);
    const next = await sends(there, 'next');
    const third = await sends(here, 'ok');
    expect(await sends(there, 'ok')).toBe(third);
    expect(new Set([first, next, third]).size).toBe(3);
    expect(await texts()).toEqual(['ok', 'next', 'ok']);
  });

  it('is a message of its own after a minute', async () => {
    const first = await sends(here, 'ok');
    later(59_000);
    expect(await sends(here, 'ok')).toBe(first);
    later(2_000);
    expect(await sends(here, 'ok')).not.toBe(first);
    expect(await texts()).toEqual(['ok', 'ok']);
  });

  it('is a message of its own when that was deleted, here or elsewhere, and is not taken for an older one', async () => {
    const deletes = async (process: TestProcess, chatMessageId: string) => {
      const params = { chatThreadId: thread, chatMessageId };
      accepted(await process.call('chat-delete-message', { user: anna, params }));
    };
    await deletes(here, await sends(here, 'ok'));
    await deletes(there, await sends(here, 'ok'));
    await sends(here, 'ok');
    expect(await texts()).toEqual(['ok']);
    // Whoever has just started sees of the newest that it is deleted.
    await deletes(here, await sends(here, 'next'));
    const fresh = await geography.start({ clockOffsetMs: here.app.clock.offsetMs });
    await sends(fresh, 'ok');
    expect(await texts()).toEqual(['ok', 'ok']);
  });

  it('is not taken for an older one when the newest was edited', async () => {
    await sends(here, 'ok');
    const chatMessageId = await sends(here, 'next');
    const params = { chatThreadId: thread, chatMessageId };
    accepted(await here.call('chat-update-message', { user: anna, params, body: { content: 'edited' } }));
    const fresh = await geography.start({ clockOffsetMs: here.app.clock.offsetMs });
    await sends(fresh, 'ok');
    expect((await texts()).toSorted()).toEqual(['edited', 'ok', 'ok']);
  });
});
