// Who has left learns nothing of what came later, also not by coming back without the history.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accepted, createThread, invitation, listAll, send, type WireMessage } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

let geography: TestGeography;
let app: TestProcess;
let anna: TestUser;
let bert: TestUser;
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  [anna, bert] = [await app.newUser(), await app.newUser()];
  accepted(await app.call('chat-set-default-history', { body: { history: 'none' } }));
});
afterAll(() => geography?.stop());

const later = () => app.app.clock.setOffset(app.app.clock.offsetMs + 1_000);

async function remove(chatThreadId: string): Promise<void> {
  later();
  const removed = { user: anna, params: { chatThreadId }, body: { rawId: bert.id } };
  accepted(await app.call('chat-remove-participant', removed));
  later();
}

async function upload(user: TestUser, chatThreadId: string, text: string): Promise<string> {
  const headers = { 'content-type': 'image/png', 'image-filename': 'a.png' };
  const sent = { user, params: { chatThreadId }, headers, body: Buffer.from(text) };
  return accepted(await app.call<{ id: string }>('chat-upload-image', sent)).id;
}

const changed = (chatThreadId: string, chatMessageId: string, name: string, body?: object) =>
  app.call(name, { user: anna, params: { chatThreadId, chatMessageId }, ...(body && { body }) });

it('What was edited or deleted meanwhile is read neither from outside nor after having come back', async () => {
  const thread = await createThread(app, anna, [bert]);
  const [edited, deleted, untouched] = [
    await send(app, anna, thread, 'before'),
    await send(app, anna, thread, 'to be deleted'),
    await send(app, anna, thread, 'untouched'),
  ];
  await remove(thread);
  accepted(await changed(thread, edited, 'chat-update-message', { content: 'edited meanwhile' }));
  accepted(await changed(thread, deleted, 'chat-delete-message'));
  const seen = async () => {
    const messages = await listAll<WireMessage>(app, 'chat-list-messages', bert, { chatThreadId: thread });
    const found = (id: string) => messages.find((message) => message.id === id);
    return [edited, deleted, untouched].map((id) => {
      const { content, editedOn, deletedOn } = found(id) ?? {};
      return [content?.message, editedOn, deletedOn];
    });
  };
  const expected = [
    ['', undefined, undefined],
    ['', undefined, undefined],
    ['untouched', undefined, undefined],
  ];
  expect(await seen()).toEqual(expected);
  later();
  const again = { user: anna, params: { chatThreadId: thread }, body: { participants: [invitation(bert)] } };
  accepted(await app.call('chat-add-participants', again));
  expect(await seen()).toEqual(expected);
  // Nor later, and when removed once more.
  later();
  accepted(await changed(thread, edited, 'chat-update-message', { content: 'edited again' }));
  expect(await seen()).toEqual(expected);
  await remove(thread);
  expect(await seen()).toEqual(expected);
});

it('Images of the history are read by who has left, later ones are not, and their own are theirs to delete', async () => {
  const thread = await createThread(app, anna, [bert]);
  const [hers, his] = [await upload(anna, thread, 'hers'), await upload(bert, thread, 'his')];
  await remove(thread);
  const tooLate = await upload(anna, thread, 'later');
  const view = async (imageId: string) => {
    const params = { chatThreadId: thread, imageId, imageViewType: 'original' };
    return (await app.call('chat-view-image', { user: bert, params })).status;
  };
  expect([await view(hers), await view(his), await view(tooLate)]).toEqual([200, 200, 404]);
  const drop = async (imageId: string) =>
    (await app.call('chat-delete-image', { user: bert, params: { chatThreadId: thread, imageId } })).status;
  expect([await drop(hers), await drop(his), await view(his)]).toEqual([403, 204, 404]);
});
