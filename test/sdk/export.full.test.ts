import { createHash, randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unzip } from '../privacy/unzip.js';
import { scanStorage } from '../scan/scan-storage.js';
import { identityClient, newUser, type TestUser } from './clients.js';
import { ownerCall } from './owner-call.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

interface Operation {
  readonly status: string;
  readonly result?: {
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly expiresOn: string;
    readonly contentLocation: string;
  };
  readonly error?: { readonly code: string; readonly message: string };
}

async function sendImage(threadId: string, user: TestUser, image: Buffer): Promise<void> {
  const url = `${europe.httpEndpoint}/chat/threads/${encodeURIComponent(threadId)}/images?api-version=2025-03-15`;
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'image/png', 'image-filename': 'cat.png' };
  expect((await fetch(url, { method: 'POST', headers, body: image })).status).toBe(201);
}

/** Two people in a thread; each mark says whose it is and what. */
async function twoPeople() {
  const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
  const run = randomBytes(6).toString('hex');
  const mark = (whose: string, what: string) => `${whose}-${what}-${run}`;
  const { chatThread } = await anna.chat.createChatThread(
    { topic: mark('anna', 'topic') },
    {
      participants: [
        { id: { communicationUserId: bert.id }, displayName: mark('bert', 'name') },
        { id: { communicationUserId: anna.id }, displayName: mark('anna', 'name') },
      ],
      metadata: { note: mark('anna', 'note') },
    },
  );
  const threadId = chatThread?.id ?? '';
  const hers = anna.chat.getChatThreadClient(threadId);
  const his = bert.chat.getChatThreadClient(threadId);
  await hers.sendMessage(
    { content: `<script>${mark('anna', 'text')}</script>` },
    { senderDisplayName: mark('anna', 'sender'), metadata: { m: mark('anna', 'metadata') } },
  );
  const { id } = await his.sendMessage(
    { content: mark('bert', 'text') },
    { metadata: { m: mark('bert', 'metadata') } },
  );
  await hers.sendReadReceipt({ chatMessageId: id });
  const image = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(300_000)]);
  await sendImage(threadId, anna, image);
  await sendImage(threadId, bert, randomBytes(1_000));
  return { anna, bert, hers, his, threadId, run, mark, image };
}

async function exported(path: string, body?: unknown): Promise<{ id: string; operation: Operation }> {
  const started = await ownerCall(europe, { method: 'POST', path, ...(body !== undefined && { body }) });
  expect(started.status).toBe(202);
  expect(started.headers.get('retry-after')).toBe('1');
  const { id, status } = (await started.json()) as { id: string; status: string };
  expect(status).toBe('running');
  const location = new URL(started.headers.get('operation-location') ?? '');
  expect(location.pathname).toBe(`/privacy/operations/${id}`);
  const poll = async () => {
    const got = await ownerCall(europe, { method: 'GET', path: location.pathname + location.search });
    return (await got.json()) as Operation;
  };
  await expect.poll(async () => (await poll()).status, { timeout: 15_000, interval: 100 }).toBe('succeeded');
  return { id, operation: await poll() };
}

const watch = async (id: string) =>
  (await ownerCall(europe, { method: 'GET', path: `/privacy/operations/${id}` })).json() as Promise<Operation>;
const content = (id: string, headers: Record<string, string> = {}) =>
  ownerCall(europe, { method: 'GET', path: `/privacy/exports/${id}/content`, headers });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const everythingIn = (files: Map<string, Buffer>) => [...files.values()].map(String).join('\n');
const archivesLeft = async () => {
  const { hits } = await scanStorage(emulator.ready.geographies['europe']?.storage ?? '', [europe.immutableResourceId]);
  return hits.filter(({ store }) => store === 'exports' || store === 'exportsubjects').map(({ key }) => key);
};

describe('An export', () => {
  it("holds everything of a person and nothing of the other's words, complete and in parts", async () => {
    const { anna, bert, run, mark, image, threadId } = await twoPeople();
    await ownerCall(europe, {
      method: 'POST',
      path: `/persons/anna-${run}/identifiers/:add`,
      body: { identifiers: [anna.id] },
    });
    const { id, operation } = await exported(`/persons/anna-${run}/:export`);
    const { sizeBytes = 0, sha256, contentLocation = '' } = operation.result ?? {};
    expect(new URL(contentLocation).pathname).toBe(`/privacy/exports/${id}/content`);

    const whole = await content(id);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(whole.headers.get('etag')).toBe(`"${sha256}"`);
    const zip = await bytesOf(whole);
    expect(zip.length).toBe(sizeBytes);
    expect(createHash('sha256').update(zip).digest('hex')).toBe(sha256);

    const middle = Math.floor(sizeBytes / 2);
    const firstHalf = await content(id, { range: `bytes=0-${middle - 1}` });
    expect(firstHalf.headers.get('content-range')).toBe(`bytes 0-${middle - 1}/${sizeBytes}`);
    const secondHalf = await content(id, { range: `bytes=${middle}-`, 'if-range': `"${sha256}"` });
    expect([firstHalf.status, secondHalf.status]).toEqual([206, 206]);
    expect(Buffer.concat([await bytesOf(firstHalf), await bytesOf(secondHalf)]).equals(zip)).toBe(true);
    const behind = await content(id, { range: `bytes=${sizeBytes}-` });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${sizeBytes}`]);
    const another = await content(id, { range: 'bytes=0-0', 'if-range': '"another"' });
    expect([another.status, (await bytesOf(another)).length]).toEqual([200, sizeBytes]);

    const files = await unzip(zip);
    const records = (store: string) =>
      String(files.get(`records/${store}.jsonl`))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const all = everythingIn(files);
    for (const what of ['topic', 'name', 'note', 'text', 'sender', 'metadata']) {
      expect(all).toContain(mark('anna', what));
    }
    expect(all).not.toContain('bert-');
    expect(all).not.toContain(bert.id);
    expect(records('identities')).toMatchObject([{ id: anna.id }]);
    expect(records('persons')).toEqual([{ personId: `anna-${run}` }]);
    const [sent] = records('chatthreads').filter(({ type }) => type === 'text');
    expect(sent).toMatchObject({ threadId, topic: mark('anna', 'topic'), metadata: { m: mark('anna', 'metadata') } });
    expect(sent?.['createdOn']).toMatch(/^\d{4}-\d\d-\d\dT/);
    const [{ file } = { file: '' }] = records('chatimages');
    expect(String(file)).toMatch(/\.png$/);
    expect(files.get(String(file))?.equals(image)).toBe(true);
    const inFolder = [...files.keys()].filter((name) => name.startsWith('files/'));
    expect(inFolder).toEqual([file]);

    // The manifest names every file, and every field of every record.
    const manifest = JSON.parse(String(files.get('manifest.json')));
    expect(manifest).toMatchObject({ resource: europe.name, geography: 'europe', about: [anna.id] });
    for (const { path, records: count, fields, store } of manifest.files) {
      expect(files.has(path)).toBe(true);
      expect(records(store).length).toBe(count);
      for (const record of records(store)) {
        expect(Object.keys(fields)).toEqual(expect.arrayContaining(Object.keys(record)));
      }
    }
    const pages = manifest.files.flatMap((each: { pages: string[] }) => each.pages);
    expect(pages.every((page: string) => files.has(page))).toBe(true);
    for (const page of pages) {
      expect(String(files.get('index.html'))).toContain(`href="${page}"`);
    }
    expect(all).toContain(`&#60;script&#62;${mark('anna', 'text')}`);
    const markup = [...files].filter(([name]) => name.endsWith('.html')).map(([, page]) => String(page));
    expect(markup.join()).not.toMatch(/<script/i);
  });

  it('has what the person received when asked for: only what they could read', async () => {
    const { anna, bert, hers, his, mark } = await twoPeople();
    await hers.removeParticipant({ communicationUserId: bert.id });
    await hers.sendMessage({ content: mark('anna', 'later') });
    await expect(his.sendMessage({ content: 'x' })).rejects.toMatchObject({ statusCode: 403 });
    const { id } = await exported('/privacy/:export', { identifiers: [bert.id], includeReceived: true });
    const files = await unzip(await bytesOf(await content(id)));
    const all = everythingIn(files);
    expect(all).toContain(mark('bert', 'text'));
    expect(all).toContain(mark('anna', 'text'));
    expect(all).not.toContain(mark('anna', 'later'));
    const lines = String(files.get('records/chatthreads.jsonl')).trim().split('\n');
    const received = lines.map((line) => JSON.parse(line)).filter((record) => record.received);
    expect(received.map(({ type, sender }) => [type, sender])).toContainEqual(['text', anna.id]);
    const manifest = JSON.parse(String(files.get('manifest.json')));
    const [threads] = manifest.files.filter(({ store }: { store: string }) => store === 'chatthreads');
    expect(threads.received).toBe(received.length);
  });

  it('goes when somebody whose words are in it is erased, and says so', async () => {
    const { anna, bert } = await twoPeople();
    const stranger = await newUser(emulator, europe);
    const [{ id }, { id: own }, { id: untouched }] = await Promise.all([
      exported('/privacy/:export', { identifiers: [bert.id], includeReceived: true }),
      exported('/privacy/:export', { identifiers: [anna.id] }),
      exported('/privacy/:export', { identifiers: [stranger.id] }),
    ]);
    await identityClient(emulator, europe).deleteUser({ communicationUserId: anna.id });
    await emulator.clock.advance('PT15M');
    for (const gone of [id, own]) {
      expect(await watch(gone)).toMatchObject({ status: 'failed', error: { code: 'Erased' } });
      expect((await content(gone)).status).toBe(404);
    }
    expect((await content(untouched)).status).toBe(200);
    // Nor is it kept who and what else was in it.
    expect((await archivesLeft()).filter((key) => key.includes(own) || key.includes(id))).toEqual([]);
  });

  it('is gone after 24 hours, at once to read, and every byte of it with the sweep', async () => {
    const { anna } = await twoPeople();
    const { id, operation } = await exported('/privacy/:export', { identifiers: [anna.id], includeReceived: true });
    const lifeMs = Date.parse(operation.result?.expiresOn ?? '') - (await emulator.clock.now()).getTime();
    expect(Math.abs(lifeMs - 24 * 3_600_000)).toBeLessThan(30_000);
    await emulator.clock.advance('PT23H59M');
    expect((await content(id)).status).toBe(200);
    expect((await archivesLeft()).length).toBeGreaterThan(0);
    // Past its time, and past the next run of the sweep.
    await emulator.clock.advance('PT6M');
    expect((await content(id)).status).toBe(404);
    expect((await ownerCall(europe, { method: 'GET', path: `/privacy/operations/${id}` })).status).toBe(404);
    expect(await archivesLeft()).toEqual([]);
  });

  it('is for the owner only, and of known persons and operations', async () => {
    const anna = await newUser(emulator, europe);
    const asUser = { headers: { authorization: `Bearer ${anna.token}`, 'content-type': 'application/json' } };
    const version = 'api-version=2026-12-01';
    const strange = '00000000-0000-4000-8000-000000000000';
    const calls = [
      ['POST', '/persons/somebody/:export'],
      ['POST', '/privacy/:export'],
      ['GET', `/privacy/operations/${strange}`],
      ['GET', `/privacy/exports/${strange}/content`],
    ] as const;
    for (const [method, path] of calls) {
      expect((await fetch(`${europe.httpEndpoint}${path}?${version}`, { method, ...asUser })).status).toBe(401);
    }
    expect((await ownerCall(europe, { method: 'POST', path: '/persons/somebody/:export' })).status).toBe(404);
    for (const [method, path] of calls.slice(2)) {
      expect((await ownerCall(europe, { method, path })).status).toBe(404);
    }
    const nobody = await ownerCall(europe, { method: 'POST', path: '/privacy/:export', body: { identifiers: [] } });
    expect(nobody.status).toBe(400);
  });
});
