import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted, createThread } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

const minute = 60_000;
const day = 24 * 60 * minute;

interface Explained {
  readonly kind: string;
  readonly policy: string;
  readonly since: string;
  readonly expiresOn?: string;
  readonly invisibleFrom?: string;
  readonly restorableUntil?: string;
  readonly goneBy?: string;
}

let geography: TestGeography;
let running: TestProcess;
let anna: TestUser;
beforeAll(async () => {
  geography = await startGeography();
  running = await geography.start();
  anna = await running.newUser();
});
afterAll(() => geography?.stop());

const explain = (kind: string, id: string, process = running) =>
  process.call<Explained>('retention-get-explanation', { params: { kind, id } });
const explainByBody = (kind: string, id: string, process = running) =>
  process.call<Explained>('retention-explain', { body: { kind, id } });
const ahead = (clockOffsetMs: number) => geography.start({ clockOffsetMs });
const ms = (text: string | undefined) => Date.parse(text ?? '');

describe('The explanation of a thread', () => {
  it('says what its policy comes to, by path and by body, and since when the policy holds', async () => {
    const id = await createThread(running, anna);
    const forEver = accepted(await explain('thread', id));
    expect(forEver).toEqual({ kind: 'thread', policy: expect.stringMatching(/no time/), since: expect.any(String) });

    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 90 };
    const later = await ahead(day / 2);
    const params = { chatThreadId: id };
    accepted(await later.call('chat-update-thread', { user: anna, params, body: { retentionPolicy } }));
    const explained = accepted(await explain('thread', id));
    expect(accepted(await explainByBody('thread', id))).toEqual(explained);
    const createdOn = ms(forEver.since);
    expect(explained.policy).toBe('The thread expires 90 days after its creation.');
    expect(ms(explained.since) - createdOn).toBeGreaterThanOrEqual(day / 2);
    const { expiresOn, invisibleFrom, restorableUntil, goneBy } = explained;
    expect([expiresOn, invisibleFrom, restorableUntil, goneBy].map(ms)).toEqual([
      createdOn + 90 * day,
      createdOn + 90 * day,
      createdOn + 120 * day,
      createdOn + 120 * day + 15 * minute,
    ]);
  });

  it('follows it through expiry, restoring and deletion, and ends with its last row', async () => {
    const body = { topic: 'Tea', retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } };
    const made = await running.call<{ chatThread: { id: string } }>('chat-create-thread', { user: anna, body });
    const { id } = accepted(made).chatThread;
    const before = accepted(await explain('thread', id));
    const expired = await ahead(31 * day);
    await expired.app.sweep();
    expect(accepted(await explain('thread', id, expired))).toEqual(before);

    const restore = { params: { chatThreadId: id }, body: { retentionPolicy: { kind: 'none' } } };
    accepted(await expired.call('chat-restore-thread', restore));
    const restored = accepted(await explain('thread', id, expired));
    expect(restored).toMatchObject({ policy: expect.stringMatching(/no time/) });
    expect(ms(restored.since)).toBeGreaterThan(ms(before.expiresOn));

    accepted(await running.call('chat-delete-thread', { user: anna, params: { chatThreadId: id } }));
    const deleted = accepted(await explain('thread', id));
    expect(deleted).toMatchObject({ policy: 'The thread is deleted for good.', invisibleFrom: deleted.since });
    expect(ms(deleted.goneBy) - ms(deleted.since)).toBe(15 * minute);
    await (await ahead(31 * day + 5 * minute)).app.sweep();
    expect((await explain('thread', id)).status).toBe(404);
  });
});

describe('The explanation of other things', () => {
  it('is there for an operation and an export until the second in which they expire', async () => {
    const { app } = running;
    const person = (await running.newUser()).id;
    const body = { identifiers: [person] };
    const operation = accepted(await running.call<{ id: string }>('privacy-export', { body })).id;
    const record = accepted(await explain('operation', operation));
    expect(record).toMatchObject({ policy: expect.stringMatching(/while it runs/) });
    expect(record.expiresOn).toBeUndefined();
    expect((await explain('export', operation)).status).toBe(404);
    await app.jobs.work(operation);
    const archive = accepted(await explain('export', operation));
    expect(ms(archive.goneBy) - ms(archive.invisibleFrom)).toBe(15 * minute);
    expect(accepted(await explain('operation', operation)).expiresOn).toBe(archive.expiresOn);

    // Invisible on the wire from that second on, without any sweep.
    const left = ms(archive.expiresOn) - app.clock.now();
    const [before, after] = [await ahead(left - 5_000), await ahead(left + 1_000)];
    const params = { operationId: operation };
    expect((await before.call('privacy-get-export-content', { params })).status).toBe(200);
    for (const name of ['privacy-get-export-content', 'privacy-get-operation']) {
      expect((await after.call(name, { params })).status, name).toBe(404);
    }
    for (const kind of ['export', 'operation']) {
      expect((await explain(kind, operation, after)).status, kind).toBe(404);
    }
  });

  it('is there for an entry of the audit trail, as for a receipt', async () => {
    accepted(await running.call('privacy-identify', { body: { identifiers: [anna.id] } }));
    const listed = await running.call<{ value: { id: string; keptUntil: string }[] }>('privacy-list-audit');
    const [entry] = accepted(listed).value;
    expect(accepted(await explain('audit', entry?.id ?? '')).expiresOn).toBe(entry?.keptUntil);
  });

  it('is there for an identity by body only, and tells of the tombstone when it is deleted', async () => {
    const { id } = await running.newUser();
    expect((await explain('identity', id)).status).toBe(400);
    expect(accepted(await explainByBody('identity', id)).policy).toBe('An identity is kept until it is deleted.');
    accepted(await running.call('identity-delete', { params: { id } }));
    const tombstone = accepted(await explainByBody('identity', id));
    expect(tombstone.policy).toMatch(/keyed hash/);
    expect(ms(tombstone.expiresOn) - ms(tombstone.invisibleFrom)).toBe(25 * 60 * minute);
    expect((await explainByBody('identity', id, await ahead(25 * 60 * minute + 1_000))).status).toBe(404);
  });

  it('is there for a recorded file of this resource', async () => {
    const { immutableId } = await running.app.defaultResource();
    const file = { contentType: 'audio/wav', participants: [], completedOn: running.app.clock.now() };
    const [own, foreign] = [randomUUID(), randomUUID()];
    await running.app.recordings.store(immutableId, { ...file, id: own }, Buffer.from('sound'));
    await running.app.recordings.store(randomUUID(), { ...file, id: foreign }, Buffer.from('sound'));
    const explained = accepted(await explain('recording', own));
    expect(ms(explained.expiresOn) - ms(explained.since)).toBe(day);
    expect((await explain('recording', foreign)).status).toBe(404);
  });

  it('is refused to users, and is 400 for an unknown kind and 404 for an unknown id of any kind', async () => {
    expect((await running.call('retention-explain', { user: anna, body: { kind: 'thread', id: 'x' } })).status).toBe(
      401,
    );
    expect((await explain('banana', 'x')).status).toBe(400);
    expect((await explainByBody('banana', 'x')).status).toBe(400);
    const kinds = running.app.stores.flatMap(({ store }) => store.explain?.kind ?? []);
    expect(kinds.sort()).toEqual([
      'audit',
      'call',
      'callback',
      'event',
      'export',
      'identity',
      'mail',
      'operation',
      'receipt',
      'recording',
      'room',
      'sentmail',
      'text',
      'thread',
    ]);
    for (const kind of kinds) {
      for (const id of ['x', randomUUID(), "'/\\#?~", '8:acs:x']) {
        expect((await explainByBody(kind, id)).status, `${kind} ${id}`).toBe(404);
      }
    }
  });
});
