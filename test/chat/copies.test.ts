// Words of somebody lie in one place, with whose word they are: they follow when that is put right, and go with whoever wrote
// them or whom they are about.
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatThreads } from '../../shared/chat/index.js';
import { type Columns, shardOf, type Stored } from '../../shared/storage/index.js';
import { accepted, createThread, invitation, listAll, send, type WireMessage } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';

let geography: TestGeography;
let app: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
});
afterAll(() => geography?.stop());

type Participants = readonly { readonly displayName?: string }[];

async function rowsOf(chatThreadId: string): Promise<Stored<Columns>[]> {
  const key = chatThreadId.slice(3, 39);
  const table = app.app.storage.table(chatThreads, shardOf(chatThreads, key));
  const rows: Stored<Columns>[] = [];
  for await (const row of table.rows<Columns>({ partition: key })) {
    rows.push(row);
  }
  return rows;
}

const add = (user: TestUser, chatThreadId: string, other: TestUser, more: object) =>
  app.call('chat-add-participants', {
    user,
    params: { chatThreadId },
    body: { participants: [invitation(other, more)] },
  });
const change = async (user: TestUser, chatThreadId: string, body: object) =>
  accepted(await app.call('chat-update-thread', { user, params: { chatThreadId }, body }));
const threadOf = async (user: TestUser, chatThreadId: string) =>
  accepted(
    await app.call<{ topic: string; metadata?: Record<string, string> }>('chat-get-thread', {
      user,
      params: { chatThreadId },
    }),
  );
const namesIn = async (user: TestUser, chatThreadId: string) =>
  (await listAll<WireMessage>(app, 'chat-list-messages', user, { chatThreadId }))
    .flatMap(({ content }) => (content?.participants ?? []) as Participants)
    .flatMap(({ displayName }) => displayName ?? []);

async function erase({ id }: TestUser): Promise<void> {
  accepted(await app.call('identity-delete', { params: { id } }));
  await workJobs(app.app);
  app.app.clock.setOffset(app.app.clock.offsetMs + 61_000);
  app.app.dropCaches();
  await app.app.sweep();
  await workJobs(app.app);
}

describe('A name that is put right', () => {
  it('is right in every message, also after its bearer was removed, and the wrong one is stored nowhere', async () => {
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    const thread = await createThread(app, anna);
    accepted(await add(anna, thread, bert, { displayName: 'Wrong name' }));
    accepted(await add(anna, thread, bert, { displayName: 'Right name' }));
    expect(await namesIn(anna, thread)).toEqual(['Right name']);
    const body = { rawId: bert.id };
    accepted(await app.call('chat-remove-participant', { user: anna, params: { chatThreadId: thread }, body }));
    expect(await namesIn(anna, thread)).toEqual(['Right name', 'Right name']);
    expect(JSON.stringify(await rowsOf(thread))).not.toContain('Wrong name');
  });

  it('is not told to who had left before', async () => {
    const [anna, bert, cleo] = [await app.newUser(), await app.newUser(), await app.newUser()];
    const thread = await createThread(app, anna, [cleo]);
    accepted(await add(anna, thread, bert, { displayName: 'Bert' }));
    const body = { rawId: cleo.id };
    accepted(await app.call('chat-remove-participant', { user: anna, params: { chatThreadId: thread }, body }));
    expect(await namesIn(cleo, thread)).toEqual(['Bert']);
    accepted(await add(anna, thread, bert, { displayName: 'Doctor Bert' }));
    expect(await namesIn(anna, thread)).toEqual(['Doctor Bert']);
    expect(await namesIn(cleo, thread)).toEqual([]);
  });

  /** As it was written before: with the name in the entry, and nobody's word in the state. */
  async function asBefore(anna: TestUser, bert: TestUser, cleo: TestUser): Promise<string> {
    const thread = await createThread(app, cleo, [anna]);
    accepted(await add(anna, thread, bert, { displayName: 'Bertie' }));
    const key = thread.slice(3, 39);
    const table = app.app.storage.table(chatThreads, shardOf(chatThreads, key));
    for (const { etag, ...row } of await rowsOf(thread)) {
      const { participants, state } = row as Columns;
      const isHers = row['initiator'] === anna.id && participants !== undefined;
      const named = [{ id: bert.id, displayName: 'Bertie', sharedFrom: 0 }];
      const before = {
        ...row,
        ...(isHers && { participants: JSON.stringify(named) }),
        ...(state !== undefined && {
          state: JSON.stringify(JSON.parse(String(state)), (name, value) =>
            ['namedBy', 'namedSince', 'notedBy', 'namesOnce'].includes(name) ? undefined : value,
          ),
        }),
      };
      await table.update(before, etag, 'replace');
    }
    app.app.dropCaches();
    return thread;
  }

  it('is right in entries that an earlier build wrote with names of their own, and soon stored in none', async () => {
    const [anna, bert, cleo] = [await app.newUser(), await app.newUser(), await app.newUser()];
    const thread = await asBefore(anna, bert, cleo);
    expect(JSON.stringify(await rowsOf(thread)).split('Bertie')).toHaveLength(3);
    accepted(await add(cleo, thread, bert, { displayName: 'Bert' }));
    expect(await namesIn(cleo, thread)).toEqual(['Bert']);
    await app.app.sweep();
    expect(await namesIn(cleo, thread)).toEqual(['Bert']);
    expect(JSON.stringify(await rowsOf(thread))).not.toContain('Bertie');
  });

  it('goes with who gave it, also from entries that an earlier build wrote', async () => {
    const [anna, bert, cleo] = [await app.newUser(), await app.newUser(), await app.newUser()];
    const thread = await asBefore(anna, bert, cleo);
    expect(await namesIn(cleo, thread)).toEqual(['Bertie']);
    await erase(anna);
    expect(await namesIn(cleo, thread)).toEqual([]);
    const stored = JSON.stringify(await rowsOf(thread));
    expect(stored).not.toContain('Bertie');
    expect(stored).not.toContain(anna.id);
    expect(await listAll(app, 'chat-list-participants', cleo, { chatThreadId: thread })).toHaveLength(2);
  });
});

describe('The erasure of somebody', () => {
  it('takes the names and notes that they gave to others, and leaves what others gave', async () => {
    const [anna, bert, cleo] = [await app.newUser(), await app.newUser(), await app.newUser()];
    const thread = await createThread(app, bert, [anna]);
    const about = { displayName: 'Her name for Cleo', metadata: { a: 'Her note on Cleo' } };
    accepted(await add(anna, thread, cleo, about));
    accepted(await add(bert, thread, bert, { displayName: 'Bert himself', metadata: { a: 'His note' } }));
    // Who repeats it does not become its author.
    accepted(await add(anna, thread, bert, { displayName: 'Bert himself', metadata: { a: 'His note' } }));
    await erase(anna);
    const stored = JSON.stringify(await rowsOf(thread));
    expect(stored).not.toMatch(/Her name|Her note/);
    expect(stored).toMatch(/Bert himself.*His note/);
  });

  it('takes a topic and metadata that they wrote and others sent again, and leaves what they sent again', async () => {
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    const [hers, his] = [await createThread(app, bert, [anna]), await createThread(app, anna, [bert])];
    await change(anna, hers, { topic: 'Her topic', metadata: { a: 'Her word' } });
    await change(bert, hers, { topic: 'Her topic', metadata: { a: 'Her word', b: 'His word' } });
    await change(bert, his, { topic: 'His topic', metadata: { a: 'His word' } });
    await change(anna, his, { topic: 'His topic', metadata: { a: 'His word' } });
    await erase(anna);
    expect(await threadOf(bert, hers)).toMatchObject({ topic: '', metadata: { b: 'His word' } });
    expect(await threadOf(bert, his)).toMatchObject({ topic: 'His topic', metadata: { a: 'His word' } });
    expect(JSON.stringify([await rowsOf(hers), await rowsOf(his)])).not.toMatch(/Her topic|Her word/);
  });

  it('leaves when the last message came, in the list of threads; so does an edit', async () => {
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    const thread = await createThread(app, anna, [bert]);
    const chatMessageId = await send(app, bert, thread, 'his');
    await send(app, anna, thread, 'hers');
    const listed = async () => {
      const [one] = await listAll<{ lastMessageReceivedOn: string }>(app, 'chat-list-threads', anna, {});
      return one?.lastMessageReceivedOn;
    };
    const before = await listed();
    app.app.clock.setOffset(app.app.clock.offsetMs + 10_000);
    const edit = { user: bert, params: { chatThreadId: thread, chatMessageId }, body: { content: 'his, edited' } };
    accepted(await app.call('chat-update-message', edit));
    expect(await listed()).toBe(before);
    await erase(bert);
    expect(JSON.stringify(await rowsOf(thread))).toContain('rewritten');
    expect(await listed()).toBe(before);
    await send(app, anna, thread, 'and on');
    expect(await listed()).not.toBe(before);
  });

  it('does not take what another has written anew while theirs was hidden already', async () => {
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    const thread = await createThread(app, bert, [anna]);
    await change(anna, thread, { topic: 'Tea and cake' });
    accepted(await app.call('identity-delete', { params: { id: anna.id } }));
    expect(await threadOf(bert, thread)).toMatchObject({ topic: '' });
    await change(bert, thread, { topic: 'Tea and cake' });
    expect(await threadOf(bert, thread)).toMatchObject({ topic: 'Tea and cake' });
    await workJobs(app.app);
    app.app.clock.setOffset(app.app.clock.offsetMs + 61_000);
    app.app.dropCaches();
    await app.app.sweep();
    await workJobs(app.app);
    expect(await threadOf(bert, thread)).toMatchObject({ topic: 'Tea and cake' });
  });
});

describe('What a send is recognised by', () => {
  it('says nothing of the text without a key, and nothing at all of it when the message is edited', async () => {
    const [anna] = [await app.newUser()];
    const thread = await createThread(app, anna);
    const headers = { 'x-ms-client-request-id': randomUUID() };
    const params = { chatThreadId: thread };
    const body = { content: 'My PIN is 4711', senderDisplayName: 'Anna' };
    const { id } = accepted(await app.call<{ id: string }>('chat-send-message', { user: anna, params, body, headers }));
    const row = async () => (await rowsOf(thread)).find(({ kind }) => kind === 'text');
    const { fingerprint, kind, content, sender, senderDisplayName } = (await row()) as Columns;
    expect(fingerprint).toMatch(/^[\w-]{11}\.[\w-]{11}$/);
    // As it was made before, by anybody who tries four digits.
    const columns = { kind, content, sender, senderDisplayName };
    const text = JSON.stringify([headers['x-ms-client-request-id'], columns]);
    expect(createHash('sha256').update(text).digest('base64url')).not.toContain(String(fingerprint).slice(-10));
    // Still the same message when it is repeated, here and by another process.
    const again = { user: anna, params, body, headers };
    const other = await geography.start({ clockOffsetMs: app.app.clock.offsetMs });
    for (const process of [app, other]) {
      expect(accepted(await process.call<{ id: string }>('chat-send-message', again)).id).toBe(id);
    }
    const edit = { user: anna, params: { ...params, chatMessageId: id }, body: { content: 'Nothing' } };
    accepted(await app.call('chat-update-message', edit));
    expect((await row())?.['fingerprint']).toBe(String(fingerprint).slice(0, 12));
    // The process that wrote it knows the repetition still.
    expect(accepted(await app.call<{ id: string }>('chat-send-message', again)).id).toBe(id);
    expect(await send(app, anna, thread, 'and on')).not.toBe(id);
  });
});
