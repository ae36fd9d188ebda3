import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportItem } from '../../shared/data-map/index.js';
import { Announcements, Burials, revocations } from '../../shared/announcements/index.js';
import { KeyRing, wellKnownMasterSecret } from '../../shared/auth/index.js';
import { recordings } from '../../shared/recording/index.js';
import { createCallInterceptor } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';

const day = 24 * 60 * 60_000;
const guid = randomUUID();
const [anna, bert] = [`8:acs:${guid}_${randomUUID()}`, `8:acs:${guid}_${randomUUID()}`];
const identity = (rawId: string) => ({ kind: 'identity', rawId }) as const;

let geography: TestGeography;
let running: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  running = await geography.start();
});
afterAll(() => geography?.stop());

/** A file complete now, with a mark in its media. */
async function store({ app }: TestProcess, participants: readonly string[], completedOn = app.clock.now()) {
  const id = randomUUID();
  const mark = `mark-${randomBytes(8).toString('hex')}`;
  const file = { id, contentType: 'audio/wav', participants, completedOn };
  expect(await app.recordings.store(guid, file, Buffer.from(mark))).toBe(true);
  return { ...file, mark };
}

const at = (product: number) => geography.start({ clockOffsetMs: Math.ceil(product - running.app.clock.now()) });
const read = (content: Readable | undefined) => content && text(content);
const holds = async (what: string) => (await scanStorage(geography.connectionString, [what])).hits.length > 0;
const bound = ({ app }: TestProcess) => app.stores.find(({ store: { name } }) => name === recordings.name);
const walk = ({ app }: TestProcess) => ({ resourceId: guid, now: app.clock.now(), realNow: app.clock.realNow() });

describe('A recorded file', () => {
  it('is there for 24 hours, unreadable from then on, and gone with the next sweep', async () => {
    const { id, mark, completedOn } = await store(running, [anna]);
    const before = await at(completedOn + day - 2_000);
    await before.app.sweep();
    expect(await read((await before.app.recordings.open(guid, id))?.content)).toBe(mark);

    const after = await at(completedOn + day + 1);
    expect(await after.app.recordings.open(guid, id)).toBeUndefined();
    expect(await holds(mark)).toBe(true);
    const lines: string[] = [];
    await after.app.sweep((line) => lines.push(line));
    expect(lines.join()).toMatch(/drop-recording: \d+ due, \d+ done, 0 failed/);
    expect(await holds(mark)).toBe(false);
    expect(await holds(id)).toBe(false);
  });

  it.each([`8:acs:${guid}_${randomUUID()}`, '4:+4366498765432'])(
    'is not kept when somebody in it was erased while it was on its way: %s',
    async (erased) => {
      const { app } = running;
      const mark = `mark-${randomBytes(8).toString('hex')}`;
      const file = {
        id: randomUUID(),
        contentType: 'audio/wav',
        participants: [anna, erased],
        completedOn: app.clock.now(),
      };
      const { immutableId } = await app.defaultResource();
      const other = await geography.start();
      const content = async function* () {
        yield Buffer.from(mark);
        if (erased.startsWith('4:')) {
          const body = { identifiers: [erased] };
          expect((await other.call('privacy-erase', { body })).status).toBe(202);
        } else {
          const { storage, clock } = other.app;
          const keys = new KeyRing(new Map([[1, Buffer.from(wellKnownMasterSecret, 'base64')]]));
          const subjectKey = keys.deriveKey('revocation-subject', 1);
          const list = new Announcements({ table: storage.table(revocations), subjectKey, clock, ids: randomIds });
          await new Burials(list).bury(immutableId, identity(erased));
        }
        // Two seconds later, when every process has heard of it.
        app.dropCaches();
      };
      expect(await app.recordings.store(immutableId, file, Readable.from(content()))).toBe(false);
      expect(await app.recordings.find(immutableId, file.id)).toBeUndefined();
      expect(await holds(mark)).toBe(false);
      expect(await app.recordings.store(immutableId, { ...file, participants: [anna] }, Buffer.from(mark))).toBe(true);
    },
  );

  it('is kept when another resource erased a number in it while it was on its way', async () => {
    const { app } = running;
    const participant = '4:+4366498765433';
    const file = {
      id: randomUUID(),
      contentType: 'audio/wav',
      participants: [participant],
      completedOn: app.clock.now(),
    };
    const other = await geography.start();
    const content = async function* () {
      yield Buffer.from('media');
      expect((await other.call('privacy-erase', { body: { identifiers: [participant] } })).status).toBe(202);
      app.dropCaches();
    };
    expect(await app.recordings.store(guid, file, Readable.from(content()))).toBe(true);
    expect(await app.recordings.find(guid, file.id)).toMatchObject({ participants: [participant] });
  });

  it('is not kept when its day is over already, and for at most ten minutes more when it comes in its last second', async () => {
    const { app } = running;
    const late = { id: randomUUID(), contentType: 'audio/wav', participants: [], completedOn: app.clock.now() - day };
    expect(await app.recordings.store(guid, late, Buffer.from('late'))).toBe(false);
    const last = await store(running, [anna], app.clock.now() - day + 60_000);
    const after = await at(last.completedOn + day + 10 * 60_000);
    await after.app.sweep();
    expect(await holds(last.mark)).toBe(false);
  });

  it('is the same one when it is stored again, and nothing when its metadata was never written', async () => {
    const { mark, ...file } = await store(running, [bert]);
    expect(await running.app.recordings.store(guid, file, Buffer.from(mark))).toBe(true);
    expect(await bound(running)?.locate(identity(bert), walk(running))).toMatchObject({ items: 1 });
    await running.app.storage.blobs(recordings).remove(`${guid}/metadata/${file.id}`);
    expect(await running.app.recordings.open(guid, file.id)).toBeUndefined();
    await (await at(file.completedOn + day + 1)).app.sweep();
    expect(await holds(mark)).toBe(false);
  });

  it('is whole or no file, and gone in time, whichever storage call its process is killed at', async () => {
    const killed = await Promise.all(
      [1, 2, 3, 4].flatMap((call) =>
        (['stopBefore', 'stopAfter'] as const).map(async (fate) => {
          let calls = 0;
          const interceptor = createCallInterceptor(() => (++calls === call ? fate : 'pass'));
          const { app } = await geography.start({ observers: [interceptor.observe] });
          const file = {
            id: randomUUID(),
            contentType: 'audio/wav',
            participants: [bert],
            completedOn: app.clock.now(),
          };
          // A stream goes up in blocks, which are no blob before the last call.
          const stored = app.recordings.store(guid, file, Readable.from([Buffer.from('sound')]));
          await Promise.race([stored, interceptor.stopped]);
          return { ...file, isAnswered: calls < call };
        }),
      ),
    );
    expect(killed.some(({ isAnswered }) => isAnswered)).toBe(false);
    for (const { id } of killed) {
      const opened = await running.app.recordings.open(guid, id);
      expect(await read(opened?.content)).toBe(opened && 'sound');
    }
    await (await at(running.app.clock.now() + day + 1)).app.sweep();
    expect((await running.app.storage.blobs(recordings).list(guid)).names).toEqual([]);
  });

  it('is found, exported and erased for everybody who takes part in it, and for nobody else', async () => {
    const cara = identity(`8:acs:${guid}_${randomUUID()}`);
    const phone = { kind: 'phoneNumber', e164: '+436641234567' } as const;
    const shared = await store(running, [cara.rawId, '4:+436641234567']);
    const own = await store(running, [cara.rawId]);
    const files = bound(running);
    expect(await files?.locate(cara, walk(running))).toMatchObject({ items: 2, since: shared.completedOn });
    expect(await files?.locate(phone, walk(running))).toMatchObject({ items: 1, keptUntil: shared.completedOn + day });
    const exported = files?.exportItems(phone, walk(running), { includesReceived: false, readsFrom: async () => {} });
    const items: ExportItem[] = [];
    for await (const item of exported ?? []) {
      items.push(item);
    }
    expect(items).toMatchObject([{ record: { id: shared.id }, others: [cara], keptUntil: shared.completedOn + day }]);
    expect(await read(await items[0]?.file?.open())).toBe(shared.mark);

    expect(await files?.erase(phone, walk(running))).toEqual({ erased: 1 });
    expect(await holds(shared.mark)).toBe(false);
    expect(await holds('436641234567')).toBe(false);
    expect(await running.app.recordings.open(guid, own.id)).toBeDefined();
    expect(await files?.locate(cara, walk(running))).toMatchObject({ items: 1 });
  });
});
