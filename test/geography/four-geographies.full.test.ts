import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMarkFinder } from '../scan/mark-finder.js';
import { scanFiles } from '../scan/scan-files.js';
import { scanStorage } from '../scan/scan-storage.js';
import { collect, newUser } from '../sdk/clients.js';
import { ownerCallOf, rawCall } from './raw-call.js';

const slugs = ['europe', 'germany', 'switzerland', 'unitedstates'] as const;

let data: string;
let emulator: Emulator;
const lines: string[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'domicile-four-'));
  // Paths arrive re-encoded, as in Azure, at both ends.
  emulator = await startEmulator({ data, geographies: slugs, reencodePaths: true, log: (line) => lines.push(line) });
});
afterAll(async () => {
  await emulator?.dispose();
  await rm(data, { recursive: true, force: true });
});

/** Base addresses to enter by, in turn: the home, another geography, the home, a third one. */
function* waysTo({ geography, endpoint }: EmulatorResource): Generator<string> {
  const others = slugs.filter((slug) => slug !== geography).map((slug) => emulator.ready.geographies[slug]?.app ?? '');
  for (let n = 0; ; n++) {
    yield n % 2 === 0 ? endpoint : (others[((n - 1) / 2) % others.length] ?? '');
  }
}

/** The emulator for clients whose every second request enters through another geography. */
function throughOthers(resource: EmulatorResource): { emulator: Emulator; passed: () => number } {
  const ways = waysTo(resource);
  const { host } = new URL(resource.endpoint);
  let passed = 0;
  const policy = {
    name: 'enter-anywhere',
    sendRequest(
      request: { url: string; headers: { set(name: string, value: string): void } },
      next: (request: unknown) => Promise<unknown>,
    ) {
      const way = ways.next().value ?? '';
      const { pathname, search } = new URL(request.url);
      const path = request.url.slice(request.url.indexOf(pathname), request.url.length - search.length);
      request.url = `${way}${path}${search}`;
      request.headers.set('Host', host);
      if (way !== resource.endpoint) {
        passed += 1;
      }
      return next(request);
    },
  };
  const clientOptions = { ...emulator.clientOptions, additionalPolicies: [{ policy, position: 'perRetry' }] };
  return {
    emulator: { ...emulator, clientOptions },
    passed: () => passed,
  };
}

/** Marked data through everything that there is. @returns what must be found at home and nowhere else */
async function live(resource: EmulatorResource): Promise<readonly string[]> {
  const mark = (what: string) => `${what}-${resource.geography}-${randomBytes(8).toString('hex')}`;
  const { emulator: anyway, passed } = throughOthers(resource);
  const [anna, bert] = [await newUser(anyway, resource), await newUser(anyway, resource)];
  const marks = {
    topic: mark('topic'),
    name: mark('Grüße'),
    text: mark('text'),
    edited: mark('edited'),
    metadata: mark('meta'),
    image: mark('image'),
    file: mark('file'),
    person: mark('person'),
    email: `${mark('mail')}@example.org`,
  };
  const { chatThread } = await anna.chat.createChatThread(
    { topic: marks.topic },
    {
      participants: [{ id: { communicationUserId: bert.id }, displayName: marks.name }],
      metadata: { note: marks.metadata },
    },
  );
  const threadId = chatThread?.id ?? '';
  const hers = anna.chat.getChatThreadClient(threadId);
  const his = bert.chat.getChatThreadClient(threadId);
  const { id } = await hers.sendMessage({ content: 'first' }, { senderDisplayName: marks.name });
  await hers.updateMessage(id, { content: marks.edited });
  for (let n = 0; n < 4; n++) {
    await his.sendMessage({ content: `${marks.text} ${n}` });
  }
  await his.sendReadReceipt({ chatMessageId: id });
  expect((await collect(his.listMessages({ maxPageSize: 2 }))).length).toBeGreaterThanOrEqual(5);
  expect((await collect(hers.listParticipants())).length).toBe(2);
  await his.sendTypingNotification();
  expect(passed()).toBeGreaterThan(5);

  const { host } = new URL(resource.endpoint);
  const ways = waysTo(resource);
  const way = () => ways.next().value ?? '';
  const owner = async (method: string, target: string, body?: unknown) => {
    const call = ownerCallOf(resource, method, target, body);
    // Twice: through the home, and through another geography.
    const answers = [await rawCall(way(), host, call), await rawCall(way(), host, call)];
    return answers.map((answer) => ({ ...answer, body: answer.text === '' ? {} : JSON.parse(answer.text) }));
  };
  const image = Buffer.concat([randomBytes(50_000), Buffer.from(marks.image), randomBytes(50_000)]);
  const headers = { authorization: `Bearer ${anna.token}`, 'content-type': 'image/png', 'image-filename': marks.file };
  const images = `/chat/threads/${encodeURIComponent(threadId)}/images`;
  for (let n = 0; n < 2; n++) {
    const target = `${images}?api-version=2025-03-15`;
    const sent = await rawCall(way(), host, { method: 'POST', target, headers, body: image });
    expect(sent.status).toBe(201);
    const view = `${images}/${(JSON.parse(sent.text) as { id: string }).id}/views/original?api-version=2025-03-15`;
    expect((await rawCall(way(), host, { target: view, headers })).status).toBe(200);
    expect((await rawCall(way(), host, { target: view, headers })).status).toBe(200);
  }
  const version = 'api-version=2026-12-01';
  const linked = await owner('POST', `/persons/${marks.person}/identifiers/:add?${version}`, {
    identifiers: [anna.id, marks.email],
  });
  expect(linked.map(({ status }) => status)).toEqual([200, 200]);
  const exports = await owner('POST', `/persons/${marks.person}/:export?${version}`);
  for (const { status, headers: answered } of exports) {
    expect(status).toBe(202);
    const watch = new URL(String(answered['operation-location']));
    expect(watch.host).toBe(host);
    const state = async () => (await owner('GET', watch.pathname + watch.search)).map(({ body }) => body);
    await expect.poll(async () => (await state())[1].status, { timeout: 60_000, interval: 200 }).toBe('succeeded');
    const [, { result }] = await state();
    const archive = new URL(result.contentLocation, resource.httpEndpoint);
    const target = archive.searchParams.has('api-version')
      ? `${archive.pathname}${archive.search}`
      : `${archive.pathname}?${version}`;
    const got = ownerCallOf(resource, 'GET', target);
    for (let n = 0; n < 2; n++) {
      expect((await rawCall(way(), host, got)).status).toBe(200);
    }
  }
  return [...Object.values(marks), anna.id, bert.id, threadId.slice(3, 39)];
}

/** Resources with marked names and tags, each made, changed and read through another geography. @returns the marks */
async function manage({ geography }: EmulatorResource): Promise<readonly string[]> {
  const mark = (what: string) => `${what}-${geography}-${randomBytes(8).toString('hex')}`;
  const marks = { name: mark('resource'), tag: mark('tag'), changed: mark('changed'), sender: mark('sender') };
  const { ready, clientOptions } = emulator;
  const { tenantId, clientId, clientSecret, authorityHost } = ready.entra;
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost,
    disableInstanceDiscovery: true,
    ...clientOptions,
  });
  const from = slugs.indexOf(geography as (typeof slugs)[number]);
  const [home, ...others] = slugs.map((_, n) => {
    const endpoint = ready.geographies[slugs[(from + n) % slugs.length] ?? '']?.app ?? '';
    return new CommunicationServiceManagementClient(credential, randomUUID(), { endpoint, ...clientOptions });
  });
  const [first, second, third] = others;
  if (!home || !first || !second || !third) {
    throw new Error('There are four geographies.');
  }
  const { dataLocation } = ready.geographies[geography] ?? { dataLocation: '' };
  const [group, settings] = ['group', { location: 'global', dataLocation }];
  const quickly = { updateIntervalInMs: 50 };
  for (const each of [home, first, second, third]) {
    each.subscriptionId = home.subscriptionId;
  }
  await first.communicationServices.beginCreateOrUpdateAndWait(
    group,
    marks.name,
    { ...settings, tags: { note: marks.tag } },
    quickly,
  );
  await second.communicationServices.update(group, marks.name, { tags: { note: marks.tag, more: marks.changed } });
  for (const each of [home, third]) {
    expect((await each.communicationServices.get(group, marks.name)).tags).toMatchObject({ more: marks.changed });
  }
  const email = `${geography}-mail`;
  await third.emailServices.beginCreateOrUpdateAndWait(group, email, settings, quickly);
  await first.domains.beginCreateOrUpdateAndWait(
    group,
    email,
    'example.org',
    { location: 'global', domainManagement: 'CustomerManaged' },
    quickly,
  );
  const sender = { username: marks.sender, displayName: marks.sender };
  await second.senderUsernames.createOrUpdate(group, email, 'example.org', marks.sender, sender);
  expect(await collect(home.senderUsernames.listByDomains(group, email, 'example.org'))).toHaveLength(1);
  return Object.values(marks);
}

describe('Four geographies', () => {
  it('keep what enters through any of them at home: no byte of it elsewhere, in no file and in no log', async () => {
    const marks: Record<string, readonly string[]> = {};
    for (const resource of emulator.resources) {
      marks[resource.geography] = [...(await live(resource)), ...(await manage(resource))];
    }
    // A timer of each works on what there is.
    for (const slug of slugs) {
      await emulator.runFunction(slug, 'record-residency');
    }
    await emulator.clock.advance('PT1H');
    const all = Object.values(marks).flat();
    for (const slug of slugs) {
      const { hits, scanned } = await scanStorage(emulator.ready.geographies[slug]?.storage ?? '', all);
      const found = new Set(hits.map(({ mark }) => mark));
      // The image lies deep in a blob, the name of the file beside it.
      expect(found).toEqual(new Set(marks[slug]));
      expect(scanned.rows).toBeGreaterThan(10);
    }
    await emulator.dispose();
    for (const slug of slugs) {
      const foreign = all.filter((mark) => marks[slug]?.includes(mark) !== true);
      const scan = await scanFiles(join(data, slug), foreign);
      expect(scan.hits).toEqual([]);
      expect(scan.bytes).toBeGreaterThan(100_000);
      const atHome = await scanFiles(join(data, slug), marks[slug] ?? []);
      expect(new Set(atHome.hits.map(({ mark }) => mark))).toEqual(new Set(marks[slug]));
    }
    const finder = createMarkFinder(all);
    finder.start('log', 'all').write(lines.join('\n'));
    expect(finder.hits).toEqual([]);
  });
});
