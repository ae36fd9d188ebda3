// Whoever was deleted is shown to nobody from the answer on: every operation that reads is asked about every field.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accepted } from '../app/chat-calls.js';
import { type CallOptions, startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { callApp } from '../app/call-app.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { unzip } from '../privacy/unzip.js';
import { startExport } from '../privacy/composed-app.js';
import { type HiddenScene, plantHidden } from './hidden-scene.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

type Asking = (scene: HiddenScene) => readonly CallOptions[];

const asOthers =
  (options: (scene: HiddenScene, chatThreadId: string) => readonly CallOptions[]): Asking =>
  (scene) =>
    scene.others.flatMap((user) =>
      scene.threadIds.flatMap((chatThreadId) => options(scene, chatThreadId).map((each) => ({ user, ...each }))),
    );
const ofThreads = asOthers((_, chatThreadId) => [{ params: { chatThreadId } }]);
const once: Asking = () => [{}];
const about: Asking = ({ anna }) => [{ body: { identifiers: [anna.id] } }];
const inRoom: Asking = ({ roomId }) => [{ params: { roomId } }];
const personOf = ({ marks }: HiddenScene) => ({ params: { personId: marks.get('person') ?? '' } });

/** How each operation that reads is asked, so that it would show her. */
const askings: Readonly<Record<string, Asking>> = {
  'chat-list-threads': ({ others }) => others.map((user) => ({ user })),
  'chat-get-thread': ofThreads,
  'chat-list-participants': ofThreads,
  'chat-list-messages': ofThreads,
  'chat-list-read-receipts': ofThreads,
  'chat-get-message': asOthers(({ messageIds }, chatThreadId) =>
    (messageIds.get(chatThreadId) ?? []).map((chatMessageId) => ({ params: { chatThreadId, chatMessageId } })),
  ),
  'chat-view-image': ({ others, image }) =>
    others.map((user) => ({ user, params: { ...image, imageViewType: 'original' } })),
  'privacy-list-persons': once,
  'privacy-get-person': (scene) => [personOf(scene)],
  'privacy-find-persons': about,
  'privacy-get-operation': ({ archives }) => archives.map((operationId) => ({ params: { operationId } })),
  'privacy-get-export-content': ({ archives }) => archives.map((operationId) => ({ params: { operationId } })),
  'privacy-list-receipts': once,
  'privacy-list-geography-receipts': once,
  'privacy-get-receipt': () => [{ params: { receiptId: 'none' } }],
  'privacy-list-audit': once,
  'chat-get-default-retention': once,
  'chat-get-default-history': once,
  'chat-list-expired-threads': once,
  'rooms-list': once,
  'rooms-get': inRoom,
  'rooms-list-participants': inRoom,
  'retention-get-explanation': ({ threadIds }) => threadIds.map((id) => ({ params: { kind: 'thread', id } })),
  'residency-get-record': once,
  'events-get-settings': once,
  'diagnostics-get-settings': once,
};

/**
 * What it would say about her it was told in the question, or what owners write about resources and mail; and polls, which
 * are shown what `showing` of a page shows.
 */
function isBesides({ path, name }: { readonly path: string; readonly name: string }): boolean {
  return (
    /^(subscriptions|tenants|metadata|providers|\.well-known|health|resources|masterSecret|chat\/config|socket\.io)\b/.test(
      path,
    ) ||
    name === 'privacy-find-persons' ||
    // Says how sending stands, and nothing of the mail.
    name === 'email-get-send-result' ||
    // Numbers are nobody that is hidden; it says whom a text was to, to whoever brings its id, until that is erased.
    name === 'sms-get-delivery-report' ||
    // What a mail leads to: they take a token that only the mail has, and answer an address or a picture, nothing stored.
    name === 'email-follow-link' ||
    name === 'email-load-picture' ||
    // Numbers and routing are the resource's own.
    /^(availablePhoneNumbers|phoneNumbers|sip)\b/.test(path) ||
    // Calls are asked by the owner alone, who is told live whom they go on with: the erasure ends them for who is erased.
    name.startsWith('calls-') ||
    // The same for everybody.
    name === 'email-domain-page' ||
    name === 'live-check'
  );
}

async function contentOf(process: TestProcess, name: string, options: CallOptions): Promise<string> {
  const { status, content } = await callApp(process.app, name, options);
  if (name === 'privacy-get-export-content' && status === 200) {
    return [...(await unzip(content))].map(([file, text]) => `${file} ${text.toString('utf8')}`).join('\n');
  }
  return String(content);
}

/** Which marks are shown where. */
async function shown(process: TestProcess, scene: HiddenScene): Promise<string[]> {
  const found = new Set<string>();
  for (const [name, asking] of Object.entries(askings)) {
    for (const options of asking(scene)) {
      const text = await contentOf(process, name, options);
      for (const [what, mark] of scene.marks) {
        if (text.includes(mark)) {
          found.add(`${name}: ${what}`);
        }
      }
    }
  }
  return [...found].sort();
}

it('Every operation that reads is asked', async () => {
  const { app } = await geography.start();
  const reading = app.operations.filter(({ method }) => method === 'GET');
  const unasked = reading.filter((operation) => !isBesides(operation)).map(({ name }) => name);
  expect(unasked.filter((name) => askings[name] === undefined)).toEqual([]);
  const known = new Set(app.operations.map(({ name }) => name));
  expect(Object.keys(askings).filter((name) => !known.has(name))).toEqual([]);
});

it('Nothing that somebody has put anywhere is shown once their deletion was answered', async () => {
  const [here, there] = [await geography.start(), await geography.start()];
  const scene = await plantHidden(here, async (rawId) => {
    const id = await startExport(here.app, rawId);
    await here.app.jobs.work(id);
    return id;
  });
  const before = await shown(there, scene);
  // Each mark is read somewhere, or its absence would say nothing.
  const seen = new Set(before.map((each) => each.slice(each.indexOf(': ') + 2)));
  expect([...seen].sort()).toEqual([...scene.marks.keys()].sort());
  expect(before).toContain('privacy-get-export-content: edited content');

  accepted(await here.call('identity-delete', { params: { id: scene.anna.id } }));
  expect(await shown(here, scene)).toEqual([]);
  // An archive that is made now has nothing of hers either.
  const [bert] = scene.others;
  const archive = await startExportOf(here, bert?.id ?? '');
  expect(await shown(here, { ...scene, archives: [archive] })).toEqual([]);
  const { status } = await here.call('privacy-get-export-content', { params: { operationId: archive } });
  expect(status).toBe(200);
  await wait(2_050);
  expect(await shown(there, scene)).toEqual([]);
});

async function startExportOf(process: TestProcess, rawId: string): Promise<string> {
  // Her erasure waits in the queue.
  await process.app.storage.queue(jobQueue).receive(32, 60);
  const id = await startExport(process.app, rawId);
  await process.app.jobs.work(id);
  return id;
}
