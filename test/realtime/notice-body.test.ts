import { describe, expect, it } from 'vitest';
import type { LiveNotice, ThreadNotice } from '../../shared/realtime/model.js';
import { noticeBody } from '../../shared/realtime/notice-body.js';

const me = '8:acs:r_me';
const bob = '8:acs:r_bob';
const threadId = '19:abc@thread.v2';
const on = Date.parse('2025-06-01T10:20:30.000Z');
const read = (notice: LiveNotice) => JSON.parse(noticeBody(notice, me)) as Record<string, string>;
const thread = (kind: ThreadNotice['kind'], more: Partial<ThreadNotice> = {}): ThreadNotice => ({
  kind,
  threadId,
  createdOn: on,
  on: on + 1_000,
  by: { id: bob, displayName: 'Bob' },
  ...more,
});

describe('The body of a notice', () => {
  it('of a message names sender, recipient and what was written, with metadata and attachments as JSON in text', () => {
    const message = {
      kind: 'messageReceived',
      threadId,
      messageId: '7',
      sender: bob,
      senderDisplayName: 'Bob',
      type: 'html',
      content: '100% <b>☕</b>',
      metadata: { a: '1%' },
      attachments: [{ id: 'i', attachmentType: 'image', name: 'p.png' }],
      createdOn: on,
      version: '7',
    } as const;
    expect(read(message)).toEqual({
      eventId: 200,
      senderId: bob,
      recipientId: 'acs:r_me',
      recipientMri: me,
      transactionId: '',
      groupId: threadId,
      messageId: '7',
      collapseId: '',
      messageType: 'RichText/Html',
      senderDisplayName: 'Bob',
      clientMessageId: '',
      originalArrivalTime: '2025-06-01T10:20:30.000Z',
      priority: '',
      version: '7',
      messageBody: '100% <b>☕</b>',
      acsChatMessageMetadata: '{"a":"1%"}',
      attachments: '[{"id":"i","attachmentType":"image","name":"p.png"}]',
    });
    const edited = { ...message, kind: 'messageEdited', editedOn: on + 5, metadata: undefined, version: '8' } as const;
    expect(read(edited)).toMatchObject({
      eventId: 247,
      edittime: '2025-06-01T10:20:30.005Z',
      acsChatMessageMetadata: 'null',
    });
    const deleted = read({ ...message, kind: 'messageDeleted', deletedOn: on + 6 });
    expect(deleted).toMatchObject({ eventId: 248, deletetime: '2025-06-01T10:20:30.006Z' });
    for (const field of ['messageBody', 'acsChatMessageMetadata', 'attachments']) {
      expect(deleted).not.toHaveProperty(field);
    }
  });

  it('of typing and reading says who and when', () => {
    expect(read({ kind: 'typing', threadId, sender: bob, senderDisplayName: 'Bob', on })).toMatchObject({
      eventId: 245,
      senderId: bob,
      groupId: threadId,
      senderDisplayName: 'Bob',
      version: String(on),
    });
    const receipt = read({ kind: 'read', threadId, reader: bob, messageId: '7', readOn: on });
    expect(receipt).toMatchObject({ eventId: 246, senderId: bob, messageId: '7' });
    expect(JSON.parse(receipt['messageBody'] ?? '')).toEqual({
      user: bob,
      consumptionhorizon: `7;${on};0`,
      messageVisibilityTime: 7,
      version: String(on),
    });
  });

  it('of a thread writes people and properties so that the client finds nothing to take apart', () => {
    const people = [{ id: me, displayName: '50%', sharedFrom: on, metadata: { k: '%41' } }, { id: bob }];
    const properties = {
      topic: '100% ☕',
      metadata: { m: '1' },
      retention: { kind: 'threadCreationDate', deleteThreadAfterDays: 60 },
    } as const;
    const body = read(thread('threadCreated', { people, properties }));
    expect(body).toMatchObject({
      eventId: 257,
      threadId,
      createTime: '2025-06-01T10:20:30.000Z',
      version: String(on + 1_000),
    });
    // What the client does before it reads them.
    const unescaped = (text = '') => JSON.parse(unescape(text)) as unknown;
    expect(unescaped(body['createdBy'])).toEqual({ participantId: bob, displayName: 'Bob' });
    expect(unescaped(body['members'])).toEqual([
      { participantId: me, displayName: '50%', shareHistoryTime: on, memberMetaData: '{"k":"%41"}' },
      { participantId: bob, displayName: null },
    ]);
    expect(unescaped(body['properties'])).toEqual({
      topic: '100% ☕',
      acsChatThreadMetadata: '{"m":"1"}',
      retentionPolicy: '{"retentionPolicyType":"DeleteAfterCreationTime","executeAfter":"60.00:00:00"}',
    });
  });

  it('of each change of a thread has its own words for who and when', () => {
    const at = '2025-06-01T10:20:31.000Z';
    const people = [{ id: me }];
    expect(read(thread('threadUpdated', { properties: { topic: 't' } }))).toMatchObject({ eventId: 258, editTime: at });
    expect(read(thread('participantsAdded', { people }))).toMatchObject({ eventId: 260, time: at });
    expect(read(thread('participantsRemoved', { people }))).toMatchObject({ eventId: 261, time: at });
    expect(read(thread('threadDeleted'))).toMatchObject({ eventId: 259, deleteTime: at, reason: 'deletedByUser' });
    const byPolicy = read(thread('threadDeleted', { by: undefined }));
    expect(byPolicy).toMatchObject({ reason: 'deletedByPolicy' });
    expect(byPolicy).not.toHaveProperty('deletedBy');
  });
});
