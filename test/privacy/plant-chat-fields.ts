// Somebody in the fields of chat that the scene of hidden.test.ts leaves out, and in threads of every stage.
import { invitation } from '../app/chat-calls.js';
import type { TestUser } from '../app/call-app.js';
import type { Call } from '../answers/scene.js';

export interface Marking {
  /** Words of hers that are kept. */
  mark(what: string): string;
  /** The same that are kept nowhere. */
  passing(what: string): string;
}

export interface ChatCast {
  readonly anna: TestUser;
  readonly bert: TestUser;
  readonly cleo: TestUser;
}

export async function plantChatFields(call: Call, { mark, passing }: Marking, { anna, bert, cleo }: ChatCast) {
  const metadata = (what: string) => ({ [mark(`${what} note name`)]: mark(`${what} note`) });
  const named = ({ id }: TestUser, what: string) => {
    const words = { displayName: mark(`${what} name`), metadata: metadata(what) };
    return { communicationIdentifier: { communicationUser: { id } }, ...words };
  };
  // Nobody but identities of the resource can be in a thread.
  const strangers = (what: string) =>
    [
      { phoneNumber: { value: passing(`${what} number`) } },
      { microsoftTeamsUser: { userId: passing(`${what} Teams user`), cloud: passing(`${what} cloud`) } },
      { microsoftTeamsApp: { appId: passing(`${what} Teams app`), cloud: passing(`${what} app cloud`) } },
    ].map((communicationIdentifier) => ({ communicationIdentifier }));
  const herself = { communicationIdentifier: { communicationUser: { id: anna.id } } };
  const make = (user: TestUser, body: object) => call('chat-create-thread', { user, body });
  const made = await make(anna, {
    topic: mark('fields topic'),
    participants: [named(cleo, 'creation'), ...strangers('creation'), herself],
    metadata: metadata('thread'),
  });
  const params = { chatThreadId: String(made.body.chatThread.id) };
  const by = (user: TestUser) => ({ user, params });
  await call('chat-add-participants', {
    ...by(anna),
    body: { participants: [named(bert, 'adding'), ...strangers('adding'), herself] },
  });
  await call('chat-update-thread', { ...by(anna), body: { metadata: metadata('changed thread') } });
  const attachment = { attachmentType: 'file', name: mark('file'), url: mark('url'), previewUrl: mark('preview') };
  const words = { metadata: metadata('message'), attachments: [{ id: mark('attachment'), ...attachment }] };
  const sent = await call('chat-send-message', { ...by(anna), body: { content: mark('said'), ...words } });
  const chatMessageId = String(sent.body.id);
  const changed = { metadata: metadata('changed message') };
  await call('chat-update-message', { user: anna, params: { ...params, chatMessageId }, body: changed });
  await call('chat-send-typing-notice', { ...by(anna), body: { senderDisplayName: passing('typing name') } });
  const headers = { 'content-type': `image/png; name=${passing('type')}`, 'image-filename': mark('image name') };
  await call('chat-upload-image', { ...by(anna), headers, body: Buffer.from(mark('picture')) });

  // Added again; and what was said in what is deleted.
  const again = await make(bert, { topic: 'Again', participants: [invitation(anna)] });
  const at = { chatThreadId: String(again.body.chatThread.id) };
  await call('chat-send-message', { user: anna, params: at, body: { content: mark('before she was removed') } });
  await call('chat-remove-participant', { user: bert, params: at, body: { rawId: anna.id } });
  await call('chat-add-participants', { user: bert, params: at, body: { participants: [invitation(anna)] } });
  const deleted = await make(bert, { topic: 'Deleted', participants: [invitation(anna)] });
  const gone = { chatThreadId: String(deleted.body.chatThread.id) };
  await call('chat-send-message', { user: anna, params: gone, body: { content: mark('said in what was deleted') } });
  await call('chat-delete-thread', { user: bert, params: gone });
}

/** Two threads with a policy, of which one can be restored once both have expired. */
export async function plantExpiring(call: Call, { mark }: Marking, { anna, bert }: ChatCast) {
  const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 };
  const ids: string[] = [];
  for (const what of ['expired', 'restored']) {
    const body = { topic: mark(`${what} topic`), participants: [invitation(bert)], retentionPolicy };
    const { chatThread } = (await call('chat-create-thread', { user: anna, body })).body;
    const params = { chatThreadId: String(chatThread.id) };
    await call('chat-send-message', { user: anna, params, body: { content: mark(`said in ${what}`) } });
    ids.push(params.chatThreadId);
  }
  return ids;
}
