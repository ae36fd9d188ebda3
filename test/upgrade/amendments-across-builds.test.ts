// Messages that the build before this one edits and deletes: in their place, under their ETag, without a number. Before this
// build comes, and while an instance of it is still at work beside this one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatThreads } from '../../shared/chat/index.js';
import { type Columns, logKeys, shardOf, type Stored, type Table } from '../../shared/storage/index.js';
import { accepted, createThread, invitation, listAll, send, type WireMessage } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';

let geography: TestGeography;
let app: TestProcess;
let [anna, bert]: TestUser[] = [];
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  [anna, bert] = [await app.newUser(), await app.newUser()];
});
afterAll(() => geography?.stop());

const owner = () => anna as TestUser;

async function threadWith(...contents: string[]): Promise<{ thread: string; ids: string[] }> {
  const thread = await createThread(app, owner(), [bert as TestUser]);
  const ids: string[] = [];
  for (const content of contents) {
    ids.push(await send(app, owner(), thread, content, { senderDisplayName: 'Anna' }));
  }
  return { thread, ids };
}

const tableOf = (thread: string): Table =>
  app.app.storage.table(chatThreads, shardOf(chatThreads, thread.slice(3, 39)));

async function rowOf(thread: string, sequence: number): Promise<Stored<Columns>> {
  const row = await tableOf(thread).get<Columns>(thread.slice(3, 39), logKeys.rowKeyOf(sequence));
  return row as Stored<Columns>;
}

/** As the build before wrote it. */
async function changeInPlace(thread: string, sequence: number, content: string | undefined): Promise<void> {
  const { partitionKey, rowKey, etag, at, kind, sender } = await rowOf(thread, sequence);
  const now = app.app.clock.now();
  const row =
    content === undefined
      ? { partitionKey, rowKey, at, kind, sender, deletedOn: now }
      : { partitionKey, rowKey, at, content, editedOn: now };
  await tableOf(thread).update(row, etag, content === undefined ? 'replace' : 'merge');
}

const change = (thread: string, chatMessageId: string | undefined, content?: string) =>
  app.call(content === undefined ? 'chat-delete-message' : 'chat-update-message', {
    user: owner(),
    params: { chatThreadId: thread, chatMessageId: chatMessageId ?? '' },
    ...(content !== undefined && { body: { content } }),
  });

async function listed(thread: string, user = owner()): Promise<unknown[]> {
  const messages = await listAll<WireMessage>(app, 'chat-list-messages', user, { chatThreadId: thread });
  return messages
    .filter(({ type }) => type === 'text')
    .map(({ sequenceId, content }) => [Number(sequenceId), content?.message]);
}

describe('A message that the build before has edited or deleted', () => {
  it('stays where that left it, and moves with the first change of this one', async () => {
    const { thread, ids } = await threadWith('one', 'two', 'three');
    await changeInPlace(thread, 3, 'one, edited there');
    await changeInPlace(thread, 4, undefined);
    expect(await listed(thread)).toEqual([
      [5, 'three'],
      [4, ''],
      [3, 'one, edited there'],
    ]);
    accepted(await change(thread, ids[0], 'one, edited here'));
    accepted(await change(thread, ids[1]));
    expect((await change(thread, ids[1], 'not again')).status).toBe(404);
    expect(await listed(thread)).toEqual([
      [6, 'one, edited here'],
      [5, 'three'],
      [4, ''],
    ]);
  });

  it('is exported, erased and purged like any other', async () => {
    const sender = await app.newUser();
    const thread = await createThread(app, owner(), [sender]);
    for (const content of ['one', 'two', 'three']) {
      await send(app, sender, thread, content);
    }
    await changeInPlace(thread, 3, 'edited there');
    await changeInPlace(thread, 4, undefined);
    accepted(await app.call('identity-delete', { params: { id: sender.id } }));
    await workJobs(app.app);
    app.app.clock.setOffset(app.app.clock.offsetMs + 61_000);
    app.app.dropCaches();
    await app.app.sweep();
    await workJobs(app.app);
    expect(await listed(thread)).toEqual([]);
    const rows = (await tableOf(thread).query<Columns>({ partition: thread.slice(3, 39) })).rows;
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`edited there|three|${sender.id}`));
    accepted(await app.call('chat-delete-thread', { user: owner(), params: { chatThreadId: thread } }));
    app.app.clock.setOffset(app.app.clock.offsetMs + 120_000);
    app.app.dropCaches();
    await app.app.sweep();
    expect((await tableOf(thread).query<Columns>({ partition: thread.slice(3, 39) })).rows).toEqual([]);
  });

  it('is as it was then to who had left', async () => {
    const { thread, ids } = await threadWith('one', 'two', 'three');
    accepted(await change(thread, ids[0], 'one, edited here'));
    app.app.clock.setOffset(app.app.clock.offsetMs + 1_000);
    const params = { chatThreadId: thread };
    const body = { rawId: bert?.id };
    accepted(await app.call('chat-remove-participant', { user: owner(), params, body }));
    app.app.clock.setOffset(app.app.clock.offsetMs + 1_000);
    const asLeft = [
      [6, 'one, edited here'],
      [5, 'three'],
      [4, 'two'],
    ];
    expect(await listed(thread, bert)).toEqual(asLeft);
    await changeInPlace(thread, 3, 'one, edited there');
    await changeInPlace(thread, 4, 'two, edited there');
    const outdated = [
      [5, 'three'],
      [4, ''],
      [3, ''],
    ];
    expect(await listed(thread, bert)).toEqual(outdated);
    const again = { user: owner(), params, body: { participants: [invitation(bert as TestUser)] } };
    accepted(await app.call('chat-add-participants', again));
    expect(await listed(thread, bert)).toEqual([
      [6, 'one, edited there'],
      [5, 'three'],
      [4, 'two, edited there'],
    ]);
  });
});

describe('An instance of the build before, beside one of this,', () => {
  it('changes what this one has changed, and each message is in the list once', async () => {
    const { thread, ids } = await threadWith('one', 'two');
    accepted(await change(thread, ids[0], 'one, edited here'));
    accepted(await change(thread, ids[1], 'two, edited here'));
    await changeInPlace(thread, 3, 'one, edited there');
    await changeInPlace(thread, 4, undefined);
    expect(await listed(thread)).toEqual([
      [5, 'one, edited there'],
      [4, ''],
    ]);
  });

  it('has deleted what this one remembers as it was: nothing is written into it any more', async () => {
    const { thread, ids } = await threadWith('one', 'two');
    await changeInPlace(thread, 3, undefined);
    expect((await change(thread, ids[0], 'too late')).status).toBe(404);
    accepted(await change(thread, ids[0]));
    expect(await listed(thread)).toEqual([
      [4, 'two'],
      [3, ''],
    ]);
    expect((await rowOf(thread, 3))['content']).toBeUndefined();
  });
});
