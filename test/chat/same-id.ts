// One story of a thread, told through every operation: whatever its ids look like, the same ones come out everywhere.
import { expect } from 'vitest';
import type { ExportItem, PersonalIdentifier } from '../../shared/data-map/index.js';
import { accepted, invitation, listAll, send, type WireMessage, type WireParticipant } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';

export interface People {
  readonly anna: TestUser;
  readonly bert: TestUser;
  readonly cleo: TestUser;
}

interface WireThread {
  readonly id: string;
  readonly topic: string;
}

interface Receipt {
  readonly chatMessageId: string;
}

/**
 * Anna and Bert take part in a thread with three entries, the third a message of Anna's.
 *
 * @returns what happened, with the ids replaced by names: equal for every thread of which the story is told
 */
export async function tellStory(process: TestProcess, people: People, id: string): Promise<unknown> {
  const { anna, bert, cleo } = people;
  const { call, app } = process;
  const params = { chatThreadId: id };
  const resourceId = (await app.defaultResource()).immutableId;
  const walk = { resourceId, now: app.clock.now(), realNow: app.clock.realNow() };
  const store = (name: string) => app.stores.find((each) => each.store.name === name);
  const chatThreads = store('chatthreads');
  const story: unknown[] = [];

  expect(accepted(await call<WireThread>('chat-get-thread', { user: anna, params })).id).toBe(id);
  const listed = await listAll<WireThread>(process, 'chat-list-threads', bert, {}, { maxPageSize: 2 });
  expect(listed.map((each) => each.id)).toContain(id);

  const list = (user: TestUser) =>
    listAll<WireMessage>(process, 'chat-list-messages', user, params, { maxPageSize: 2 });
  const brought = (await list(anna)).toReversed();
  const sent = [await send(process, bert, id, 'Hello'), await send(process, bert, id, 'Again')];
  const repeat = { user: bert, params, body: { content: 'Once' }, headers: { 'x-ms-client-request-id': 'once' } };
  const once = await call<{ id: string }>('chat-send-message', repeat);
  expect((await call<{ id: string }>('chat-send-message', repeat)).body).toEqual(once.body);
  expect(decodeURIComponent(once.headers['location'] ?? '')).toContain(`/${id}/messages/${once.body.id}`);
  const ids = [...brought.map((each) => each.id), ...sent, once.body.id];
  expect(new Set(ids).size).toBe(ids.length);
  expect((await list(anna)).map((each) => each.id)).toEqual(ids.toReversed());
  const nameOf = (messageId: string) => `message ${ids.indexOf(messageId)}`;

  for (const chatMessageId of ids) {
    const options = { user: bert, params: { ...params, chatMessageId } };
    const got = accepted(await call<WireMessage>('chat-get-message', options));
    expect(got.id).toBe(chatMessageId);
    story.push([nameOf(got.id), got.type, got.sequenceId, got.content?.message]);
  }
  const refusals = new Set<number>();
  for (const chatMessageId of ['0', '1', 'none', `${id}x`, '9'.repeat(16)].filter((each) => !ids.includes(each))) {
    const wrong = { user: bert, params: { ...params, chatMessageId } };
    refusals.add((await call('chat-get-message', wrong)).status);
    refusals.add((await call('chat-update-message', { ...wrong, body: { content: 'x' } })).status);
    refusals.add((await call('chat-send-read-receipt', { user: bert, params, body: { chatMessageId } })).status);
  }
  expect([...refusals]).toEqual([404]);

  const own = { user: anna, params: { ...params, chatMessageId: ids[2] ?? '' } };
  story.push((await call('chat-update-message', { ...own, user: bert, body: { content: 'not mine' } })).status);
  story.push((await call('chat-update-message', { ...own, body: { content: 'edited' } })).status);
  story.push(accepted(await call<WireMessage>('chat-get-message', own)).content?.message);
  story.push(
    (await call('chat-delete-message', { user: bert, params: { ...params, chatMessageId: sent[0] ?? '' } })).status,
  );
  story.push((await call('chat-delete-message', own)).status);
  story.push((await list(bert)).map((each) => [nameOf(each.id), each.type, each.content?.message, !!each.deletedOn]));

  for (const chatMessageId of [ids[2] ?? '', once.body.id]) {
    accepted(await call('chat-send-read-receipt', { user: anna, params, body: { chatMessageId } }));
    const [receipt] = await listAll<Receipt>(process, 'chat-list-read-receipts', bert, params);
    expect(receipt?.chatMessageId).toBe(chatMessageId);
  }
  const added = {
    user: anna,
    params,
    body: { participants: [invitation(cleo, { shareHistoryTime: '1970-01-01T00:00:00Z' })] },
  };
  story.push((await call('chat-add-participants', added)).status);
  story.push((await call('chat-update-thread', { user: anna, params, body: { topic: 'Coffee' } })).status);
  const members = await listAll<WireParticipant>(process, 'chat-list-participants', anna, params, { maxPageSize: 1 });
  expect(members.map((each) => each.communicationIdentifier.rawId).sort()).toEqual([anna.id, bert.id, cleo.id].sort());
  story.push((await call('chat-get-thread', { user: anna, params: { chatThreadId: otherThan(id) } })).status);

  const body = { kind: 'thread', id };
  story.push((await call<{ policy: string }>('retention-explain', { body })).body.policy);

  const identity = (user: TestUser): PersonalIdentifier => ({ kind: 'identity', rawId: user.id });
  const exported: ExportItem['record'][] = [];
  const options = { includesReceived: true, readsFrom: async () => undefined };
  for await (const { record } of chatThreads?.exportItems(identity(anna), walk, options) ?? []) {
    if (record['threadId'] === id) {
      exported.push(record);
    }
  }
  const about = exported.map(({ type, id: messageId, lastReadMessageId, content }) => [
    type,
    messageId === undefined ? undefined : nameOf(String(messageId)),
    lastReadMessageId === undefined ? undefined : nameOf(String(lastReadMessageId)),
    content,
  ]);
  story.push(about);
  story.push(await chatThreads?.locate(identity(anna), walk).then(({ items }) => items));

  const goneBefore = { rawId: bert.id };
  story.push((await call('chat-remove-participant', { user: anna, params, body: goneBefore })).status);
  story.push((await list(bert)).map((each) => [nameOf(each.id), each.type]));
  for (const name of ['chatimages', 'chatthreads', 'chatuserindex']) {
    let cursor: string | undefined;
    do {
      ({ cursor } = (await store(name)?.erase(identity(anna), walk, cursor)) ?? {});
    } while (cursor !== undefined);
  }
  story.push(await chatThreads?.locate(identity(anna), walk).then(({ items }) => items));
  story.push((await list(cleo)).map((each) => [nameOf(each.id), each.type, each.content?.message]));
  return story;
}

/** An id that leads to the same place, where it has our form, and is another. */
function otherThan(id: string): string {
  const [, head, last, tail] = /^(19:.*)(.)(@.*)$/s.exec(id) ?? [];
  return head === undefined ? `${id}x` : `${head}${last === 'A' ? 'B' : 'A'}${tail}`;
}
