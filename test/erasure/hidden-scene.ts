// Somebody with a mark in every field that a person of chat can put, in every place where it can be read again: threads,
// others' histories, others' archives, persons.
import { randomBytes } from 'node:crypto';
import { accepted, createThread, invitation, listAll, send, type WireMessage } from '../app/chat-calls.js';
import type { CallOptions, TestProcess, TestUser } from '../app/composed-app.js';

export interface HiddenScene {
  readonly anna: TestUser;
  /** They stay: a member, one who has left with the history, one whom Anna named. */
  readonly others: readonly TestUser[];
  readonly threadIds: readonly string[];
  /** By thread. */
  readonly messageIds: ReadonlyMap<string, readonly string[]>;
  readonly image: { readonly chatThreadId: string; readonly imageId: string };
  /** She is invited into it. */
  readonly roomId: string;
  /** Of finished archives of others, with what they received. */
  readonly archives: readonly string[];
  /** By what it marks. */
  readonly marks: ReadonlyMap<string, string>;
}

const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export type PlantingProcess = Pick<TestProcess, 'call' | 'newUser'>;

/** @param makeArchive exports somebody with what they received, to its end; id of the operation */
export async function plantHidden(
  process: PlantingProcess,
  makeArchive: (rawId: string) => Promise<string>,
): Promise<HiddenScene> {
  const prefix = `mark${randomBytes(6).toString('hex')}`;
  const marks = new Map<string, string>();
  const mark = (what: string): string => {
    const text = `${prefix}${what}`;
    marks.set(what, text);
    return text;
  };
  const call = async <Body>(name: string, options: CallOptions) => accepted(await process.call<Body>(name, options));
  const [anna, bert, cleo, dora] = [
    await process.newUser(),
    await process.newUser(),
    await process.newUser(),
    await process.newUser(),
  ] as const;
  marks.set('id', anna.id.slice(-36));

  // One of her own, in which she named the others.
  const named = (user: TestUser) =>
    invitation(user, { displayName: mark(`name given at creation`), metadata: { a: mark('note given at creation') } });
  const made = { topic: mark('topic at creation'), participants: [named(bert), named(cleo)] };
  const body = { ...made, metadata: { a: mark('metadata at creation') } };
  const own = (await call<{ chatThread: { id: string } }>('chat-create-thread', { user: anna, body })).chatThread.id;
  // Another's, where she is named, writes, renames, adds and is removed again.
  const theirs = await createThread(process, bert, [cleo]);
  const at = (chatThreadId: string) => ({ params: { chatThreadId } });
  const she = invitation(anna, { displayName: mark('display name'), metadata: { a: mark('note about her') } });
  const left = await createThread(process, bert, [cleo]);
  for (const thread of [theirs, left]) {
    await call('chat-add-participants', { user: bert, ...at(thread), body: { participants: [she] } });
  }
  const adds = invitation(dora, { displayName: mark('name given later'), metadata: { a: mark('note given later') } });
  for (const thread of [own, theirs, left]) {
    const attachments = [{ id: 'a', attachmentType: 'file', name: mark('attachment'), url: '/a' }];
    const words = { senderDisplayName: mark('sender name'), metadata: { a: mark('message metadata') }, attachments };
    const chatMessageId = await send(process, anna, thread, mark('content'), words);
    const edited = { params: { chatThreadId: thread, chatMessageId }, body: { content: mark('edited content') } };
    await send(process, bert, thread, 'from Bert');
    await call('chat-update-message', { user: anna, ...edited });
    marks.delete('content');
    await call('chat-send-read-receipt', { user: anna, ...at(thread), body: { chatMessageId } });
    const changed = { topic: mark('later topic'), metadata: { b: mark('later metadata') } };
    await call('chat-update-thread', { user: anna, ...at(thread), body: changed });
    await call('chat-add-participants', { user: anna, ...at(thread), body: { participants: [adds] } });
  }
  const headers = { 'content-type': 'image/png', 'image-filename': mark('file name') };
  const picture = Buffer.concat([png, Buffer.from(mark('image'))]);
  const uploaded = { user: anna, ...at(theirs), headers, body: picture };
  const { id: imageId } = await call<{ id: string }>('chat-upload-image', uploaded);
  await call('chat-remove-participant', { user: bert, ...at(left), body: { rawId: anna.id } });
  for (const thread of [own, theirs]) {
    await call('chat-remove-participant', { user: bert, ...at(thread), body: { rawId: cleo.id } });
  }
  // The topic of one is another's by now; hers stands in the log.
  await call('chat-update-thread', { user: bert, ...at(left), body: { topic: 'Coffee' } });
  const identifiers = [anna.id];
  await call('privacy-add-identifiers', { params: { personId: mark('person') }, body: { identifiers } });

  const meeting = { participants: { [anna.id]: {}, [bert.id]: {} } };
  const { id: roomId } = await call<{ id: string }>('rooms-create', { body: meeting });
  const invited = { participants: { [anna.id]: { role: 'Presenter' } } };
  await call('rooms-update-participants', { params: { roomId }, body: invited });

  const archives: string[] = [];
  for (const { id } of [bert, cleo]) {
    archives.push(await makeArchive(id));
  }
  const threadIds = [own, theirs, left];
  const messageIds = new Map<string, readonly string[]>();
  for (const chatThreadId of threadIds) {
    const messages = await listAll<WireMessage>(process, 'chat-list-messages', bert, { chatThreadId });
    messageIds.set(
      chatThreadId,
      messages.map(({ id }) => id),
    );
  }
  const image = { chatThreadId: theirs, imageId };
  // What only one's own archive holds; nobody else is told the name of an image.
  marks.delete('file name');
  return { anna, others: [bert, cleo, dora], threadIds, messageIds, image, roomId, archives, marks };
}
