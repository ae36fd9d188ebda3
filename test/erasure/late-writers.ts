// Every writer that a store declares in `lateWrites`, put to work about somebody: each is held up before its first write into
// the store until they are erased. A writer without a case here fails late-writes.test.ts.
import { dataMap } from '../../functions/compose.js';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import type { EventsCapability } from '../../functions/events/capability.js';
import { chatEvents } from '../../shared/chat/event-types.js';
import type { DataStore } from '../../shared/data-map/index.js';
import { createThread } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import type { HeldProcess } from '../house/hold-write.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { pauseUnref } from '../../functions/pause-unref.js';
import { callingOf, callTo, toUser } from '../calling/calls-app.js';
import { ownNumber, seedNumber } from '../sms/texts-app.js';
import { startExport } from '../privacy/composed-app.js';

export interface LateScene {
  /** Where everything before and after the wait is done. */
  readonly here: TestProcess;
  readonly anna: TestUser;
  /** Hers. */
  readonly email: string;
  readonly number: string;
  /** What the writer writes about her. */
  readonly mark: string;
}

export interface LateWriting {
  /** What the late process does; it ends after what is held was let go, however. */
  write(): Promise<unknown>;
  /** Before it is let go. */
  whileHeld?(): void;
}

export type LateWriter = (late: HeldProcess, scene: LateScene) => Promise<LateWriting>;

/** Longer than an upload that counts as quick. */
const slowMs = 31_000;

const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

const post =
  (attachment: (mark: string) => string | undefined): LateWriter =>
  async (late, { here, email, mark }) => {
    const author = `8:acs:somebody-else-${mark.length}`;
    const { body } = await here.call<{ id: string }>('sample-write-note', { body: { author, text: 'A note' } });
    const content = attachment(mark);
    const order = { address: email, ...(content !== undefined && { attachment: content }) };
    return { write: () => late.call('sample-post-note', { params: { noteId: body.id }, body: order }) };
  };

/** A mail to her. */
const mail =
  (bytes: number): LateWriter =>
  async (late, { here, email, mark }) => {
    await here.app.seed();
    const { mailSender: senderAddress } = await here.app.defaultResource();
    const contentInBase64 = Buffer.from(mark.repeat(Math.ceil(bytes / mark.length))).toString('base64');
    const body = {
      senderAddress,
      content: { subject: mark, plainText: mark },
      recipients: { to: [{ address: email, displayName: mark }] },
      attachments: [{ name: `${mark}.txt`, contentType: 'text/plain', contentInBase64 }],
    };
    return { write: () => late.call('email-send', { body }) };
  };

/** Comes with each outbox; an event, or a text, fits into its row. */
const neverWritten: ReadonlySet<string> = new Set(['eventrowsbodies', 'textsbodies', 'callbacksbodies']);

/** What the stores say themselves, those of the sample capability too. */
export function declaredWriters(): readonly { readonly store: string; readonly writer: string }[] {
  const stores = [...dataMap.stores, ...sampleGuest().stores] as readonly Pick<DataStore, 'name' | 'lateWrites'>[];
  return stores.flatMap(({ name, lateWrites }) =>
    !neverWritten.has(name) && typeof lateWrites === 'object'
      ? lateWrites.settled.map((writer) => ({ store: name, writer }))
      : [],
  );
}

/** By `store: writer`. */
export const lateWriters: Readonly<Record<string, LateWriter>> = {
  'chatimages: the upload of an image, when it was a slow one': async (late, { here, anna, mark }) => {
    const bert = await here.newUser();
    const params = { chatThreadId: await createThread(here, bert, [anna]) };
    const headers = { 'content-type': 'image/png', 'image-filename': 'cat.png' };
    const body = Buffer.concat([png, Buffer.from(mark)]);
    return {
      write: () => late.call('chat-upload-image', { user: anna, params, headers, body }),
      whileHeld: () => (late.app.clock.monotonic = () => performance.now() + slowMs),
    };
  },
  'recordings: the upload of a file, when the call or a part of it is over': async (late, { here, anna, mark }) => {
    const { immutableId } = await here.app.defaultResource();
    const completedOn = here.app.clock.now();
    const file = { id: 'late', contentType: 'audio/wav', participants: [anna.id], completedOn } as const;
    return { write: () => late.app.recordings.store(immutableId, file, Buffer.from(mark)) };
  },
  'rooms: making a room, after its last write': async (late, { anna }) => {
    const body = { participants: { [anna.id]: { role: 'Presenter' } } };
    return { write: () => late.call('rooms-create', { body }) };
  },
  'rooms: inviting people into one, after the last write': async (late, { here, anna }) => {
    const { body: room } = await here.call<{ id: string }>('rooms-create', { body: {} });
    const body = { participants: { [anna.id]: { role: 'Presenter' } } };
    return { write: () => late.call('rooms-update-participants', { params: { roomId: room.id }, body }) };
  },
  'logsegments: writing rows that have waited in memory': async (late, { here, anna }) => {
    const body = { categories: 'all', retentionDays: 30, identifiers: 'raw' };
    await here.call('diagnostics-set-settings', { body });
    late.app.dropCaches();
    const { flush } = late.app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability;
    return {
      write: async () => {
        await late.call('chat-list-threads', { user: anna });
        await flush();
        await here.call('diagnostics-set-settings', { body: { ...body, categories: 'none' } });
      },
    };
  },
  'eventdeadletters: keeping an event that the topic refuses, or that no subscriber of the emulator takes': async (
    late,
    { anna, mark },
  ) => {
    const { name } = await late.app.defaultResource();
    const letter = {
      id: mark,
      eventType: 'Microsoft.Communication.ChatMessageReceived',
      eventTime: new Date(late.app.clock.now()).toISOString(),
      subject: `thread/19:late@thread.v2/sender/${anna.id}`,
      data: { messageBody: mark },
      dataVersion: '1.0',
      topic: name,
      deadLetterReason: '400',
    };
    return { write: () => late.app.keepDeadLetter(name, letter) };
  },
  'eventrows: an attempt, before it hands over, after it has taken its lease': async (late, { anna, mark }) => {
    const { immutableId } = await late.app.defaultResource();
    const { rows } = late.app.capabilities.find(({ name }) => name === 'events') as EventsCapability;
    const event = {
      type: chatEvents.received.thread,
      about: [mark],
      subject: `thread/19:late@thread.v2/sender/${anna.id}`,
      time: Math.floor(late.app.clock.now()),
      data: { messageBody: mark },
      concerns: [{ kind: 'identity', rawId: anna.id } as const],
    };
    return { write: () => rows.tell(immutableId, event) };
  },
  'exports: an export, which asks after each person it notes, and looks after its last write whether it was erased':
    async (late, { here, anna, mark }) => {
      const bert = await here.newUser();
      const params = { chatThreadId: await createThread(here, bert, [anna]) };
      await here.call('chat-send-message', { user: anna, params, body: { content: mark } });
      const id = await startExport(here.app, bert.id);
      return { write: () => late.app.jobs.work(id) };
    },
  'calls: a request that calls somebody, and a call that comes in, after the call is written': async (
    late,
    { anna, mark },
  ) => {
    const body = callTo([toUser(anna.id)], 'http://127.0.0.1:9/', { source: { id: anna.id }, sourceDisplayName: mark });
    return { write: () => late.call('calls-create', { body }) };
  },
  'callbacks: an attempt, before it hands over, after it has taken its lease': async (late, { anna }) => {
    const body = callTo([toUser(anna.id)], 'http://127.0.0.1:9/');
    return {
      write: async () => {
        await late.call('calls-create', { body });
        // It is answered behind that, and told.
        await pauseUnref(50);
        await callingOf(late.app).calls.settleAll();
      },
    };
  },
  'mails: an attempt, before it hands over, after it has taken its lease': mail(100),
  'texts: an attempt, before it hands over, after it has taken its lease': async (late, { here, number, mark }) => {
    await seedNumber(here.app);
    const body = { from: ownNumber, smsRecipients: [{ to: number }], message: mark };
    return { write: () => late.call('sms-send', { body }) };
  },
  'mailsbodies: an upload, whose delivery is written last and found by the walk, or asked about as above':
    mail(300_000),
  'sampleposts: an attempt, before it hands over, after it has taken its lease': post(() => undefined),
  'samplepostsbodies: an upload, whose delivery is written last and found by the walk, or asked about as above': post(
    (mark) => mark.repeat(Math.ceil(300_000 / mark.length)),
  ),
  'samplenotes: writing a note, which may come from outside': async (late, { anna, mark }) => {
    const body = { author: anna.id, text: mark };
    return { write: () => late.call('sample-write-note', { body }) };
  },
};
