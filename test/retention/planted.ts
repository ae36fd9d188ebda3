// Marked things with a promised end, planted through the API; one entry a promise of the data map.
import { randomBytes } from 'node:crypto';
import { accepted, send } from '../app/chat-calls.js';
import type { CallOptions, TestProcess, TestUser } from '../app/composed-app.js';
import { settle } from './settle.js';
import { day, hour, minute, moveTo } from './stopped-time.js';

export interface Planted {
  /** Which text stands for the thing, and where it lies. */
  readonly mark: string;
  readonly store: string;
  /** Product ms from which on nobody reads it; absent when a request ends it, by `end`. */
  readonly endsOn?: number;
  end?(): Promise<void>;
  /** Product ms until which the bytes stay though nobody reads them: what can be restored. */
  readonly keptUntil?: number;
  /** Whether it can be read now. */
  isThere(): Promise<boolean>;
  /** Stores in which the mark may outlive the thing. */
  readonly except?: readonly string[];
}

export type Planting = (process: TestProcess) => Promise<Planted>;

const newMark = () => `mark-${randomBytes(8).toString('hex')}`;
const deleteAfter = (days: number) => ({ kind: 'threadCreationDate', deleteThreadAfterDays: days });

/** A user token lives a day at most. */
async function withToken({ call }: TestProcess, { id }: TestUser): Promise<TestUser> {
  const issued = await call<{ token: string }>('identity-issue-token', { params: { id }, body: { scopes: ['chat'] } });
  return { id, token: accepted(issued).token };
}

async function succeeds(process: TestProcess, operation: string, options: CallOptions): Promise<boolean> {
  const { user } = options;
  const fresh = user && { user: await withToken(process, user) };
  return (await process.call(operation, { ...options, ...fresh })).status < 300;
}

/** A thread of one person with a marked message and a marked image. */
async function plantThread(process: TestProcess, days?: number) {
  const anna = await process.newUser();
  const createdOn = process.app.clock.now();
  const body = { topic: 'Tea', ...(days !== undefined && { retentionPolicy: deleteAfter(days) }) };
  const made = await process.call<{ chatThread: { id: string } }>('chat-create-thread', { user: anna, body });
  const threadId = accepted(made).chatThread.id;
  const params = { chatThreadId: threadId };
  const [text, picture] = [newMark(), newMark()];
  const messageId = await send(process, anna, threadId, text);
  const headers = { 'content-type': 'image/png', 'image-filename': 'tea.png' };
  const upload = { user: anna, params, headers, body: Buffer.from(picture) };
  const { id: imageId } = accepted(await process.call<{ id: string }>('chat-upload-image', upload));
  return {
    anna,
    createdOn,
    threadId,
    params,
    text,
    picture,
    messageId,
    isReadable: () => succeeds(process, 'chat-get-thread', { user: anna, params }),
    isShown: () =>
      succeeds(process, 'chat-view-image', { user: anna, params: { ...params, imageId, imageViewType: 'original' } }),
  };
}

function threadKeptFor(days: number): Planting {
  return async (process) => {
    const { text, createdOn, isReadable } = await plantThread(process, days);
    const endsOn = createdOn + days * day;
    return { mark: text, store: 'chatthreads', endsOn, keptUntil: endsOn + 30 * day, isThere: isReadable };
  };
}

/** What the operator's list shows, from the end of the policy to the end of the restore window. */
const restorableThread: Planting = async (process) => {
  const { threadId, createdOn } = await plantThread(process, 30);
  moveTo(process, createdOn + 30 * day);
  await settle(process);
  const isThere = async () => {
    const listed = await process.call<{ value: { id: string }[] }>('chat-list-expired-threads');
    return accepted(listed).value.some(({ id }) => id === threadId);
  };
  return { mark: threadId.slice(3, 39), store: 'chatexpiredthreads', endsOn: createdOn + 60 * day, isThere };
};

const imageOfThread: Planting = async (process) => {
  const { picture, createdOn, isShown } = await plantThread(process, 90);
  const endsOn = createdOn + 90 * day;
  return { mark: picture, store: 'chatimages', endsOn, keptUntil: endsOn + 30 * day, isThere: isShown };
};

/** Also when it had expired once, and was restored: nothing that leads to it stays. */
const deletedThread: Planting = async (process) => {
  const { anna, createdOn, threadId, params, isReadable } = await plantThread(process, 30);
  moveTo(process, createdOn + 30 * day);
  await settle(process);
  accepted(await process.call('chat-restore-thread', { params, body: { retentionPolicy: { kind: 'none' } } }));
  const end = async () =>
    void accepted(await process.call('chat-delete-thread', { user: await withToken(process, anna), params }));
  return { mark: threadId.slice(3, 39), store: 'dueindex', end, isThere: isReadable };
};

const imageOfDeletedThread: Planting = async (process) => {
  const { anna, picture, params, isShown } = await plantThread(process);
  const end = async () => void accepted(await process.call('chat-delete-thread', { user: anna, params }));
  return { mark: picture, store: 'chatimages', end, isThere: isShown };
};

const deletedMessage: Planting = async (process) => {
  const { anna, text, params, messageId } = await plantThread(process);
  const message = { user: anna, params: { ...params, chatMessageId: messageId } };
  const end = async () => void accepted(await process.call('chat-delete-message', message));
  const isThere = async () => {
    const read = await process.call<{ content?: { message?: string } }>('chat-get-message', message);
    return read.body.content?.message === text;
  };
  return { mark: text, store: 'chatthreads', end, isThere };
};

const deletedIdentity: Planting = async (process) => {
  const { anna } = await plantThread(process);
  const end = async () => void accepted(await process.call('identity-delete', { params: { id: anna.id } }));
  const isThere = async () => (await process.call('chat-list-threads', { user: anna })).status === 200;
  return { mark: anna.id.slice(-36), store: 'identities', end, isThere };
};

/** Starts what is done by a job, and waits for it. */
async function runJob(process: TestProcess, operation: string, body: object): Promise<string> {
  const { id } = accepted(await process.call<{ id: string }>(operation, { body }));
  await settle(process);
  moveTo(process, process.app.clock.now() + 2 * minute);
  await settle(process);
  return id;
}

const exportArchive: Planting = async (process) => {
  const { anna } = await plantThread(process);
  const operationId = await runJob(process, 'privacy-export', { identifiers: [anna.id] });
  const params = { operationId };
  const { body } = await process.call<{ result: { expiresOn: string } }>('privacy-get-operation', { params });
  const made = process.app.clock.now() - 2 * minute;
  const isThere = () => succeeds(process, 'privacy-get-export-content', { params });
  // Twenty-four hours, and not only what the answer says.
  const endsOn = made + 24 * hour;
  if (new Date(body.result.expiresOn).getTime() > endsOn) {
    throw new Error('The archive is kept too long.');
  }
  // That it was made, by its random id, stays in the audit trail.
  return { mark: operationId, store: 'exports', endsOn, isThere, except: ['audit', 'dueindex'] };
};

const finishedOperation: Planting = async (process) => {
  const anna = await process.newUser();
  const operationId = await runJob(process, 'privacy-erase', { identifiers: [anna.id] });
  const isThere = () => succeeds(process, 'privacy-get-operation', { params: { operationId } });
  const endsOn = process.app.clock.now() + 7 * day;
  // The receipt bears the same id.
  return { mark: operationId, store: 'operations', endsOn, isThere, except: ['receipts', 'audit', 'dueindex'] };
};

function ledgerEntry(store: 'receipts' | 'audit', list: string): Planting {
  return async (process) => {
    const anna = await process.newUser();
    const startedOn = process.app.clock.now();
    const jobId = await runJob(process, 'privacy-erase', { identifiers: [anna.id] });
    const isThere = async () => {
      const { body } = await process.call<{ value: { id?: string; receiptId?: string }[] }>(list);
      return body.value.some(({ id, receiptId }) => (receiptId ?? id)?.endsWith(jobId));
    };
    // The receipt counts from the start of the erasure, the audit trail from its end.
    const from = store === 'receipts' ? startedOn : process.app.clock.now();
    return { mark: jobId, store, endsOn: from + 1_095 * day, isThere };
  };
}

/** Each promise with a time, in words for the title. */
export const promises: readonly (readonly [string, Planting])[] = [
  ['A thread that is kept 30 days', threadKeptFor(30)],
  ['A thread that is kept 90 days', threadKeptFor(90)],
  ['A thread that can be restored for 30 days', restorableThread],
  ['An image in a thread that is kept 90 days', imageOfThread],
  ['A thread that was deleted, also one that was restored before,', deletedThread],
  ['An image in a thread that was deleted', imageOfDeletedThread],
  ['A message that was deleted', deletedMessage],
  ['An identity that was deleted', deletedIdentity],
  ['An export archive, kept 24 hours,', exportArchive],
  ['The record of a long-running operation, kept 7 days,', finishedOperation],
  ['A receipt, kept 3 years,', ledgerEntry('receipts', 'privacy-list-receipts')],
  ['An audit entry, kept 3 years,', ledgerEntry('audit', 'privacy-list-audit')],
];
