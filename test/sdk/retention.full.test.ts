import { randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanStorage } from '../scan/scan-storage.js';
import { chatClient, collect, identityClient, newUser } from './clients.js';
import { signedCall } from './signed-call.js';

const day = 24 * 60 * 60_000;

let emulator: Emulator;
let europe: EmulatorResource;

beforeEach(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterEach(() => emulator?.dispose());

const gone = { statusCode: 404, code: 'NotFound' };
const call = (method: string, path: string, body?: unknown) => signedCall(europe, method, path, body);
const holds = async (mark: string) =>
  (await scanStorage(emulator.ready.geographies['europe']?.storage ?? '', [mark])).hits.length > 0;

/** A person whose token is always fresh, in a thread of their own with a marked message. */
async function threadWith(deleteThreadAfterDays?: number) {
  const anna = await newUser(emulator, europe);
  const mark = `mark-${randomBytes(8).toString('hex')}`;
  const { chatThread } = await anna.chat.createChatThread(
    { topic: 'Kept' },
    deleteThreadAfterDays === undefined
      ? {}
      : { retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays } },
  );
  const threadId = chatThread?.id ?? '';
  const createdOn = chatThread?.createdOn.getTime() ?? 0;
  await anna.chat.getChatThreadClient(threadId).sendMessage({ content: mark });
  const client = async () => {
    const { token } = await identityClient(emulator, europe).getToken({ communicationUserId: anna.id }, ['chat']);
    return chatClient(emulator, europe.endpoint, token);
  };
  const thread = async () => (await client()).getChatThreadClient(threadId);
  return { anna, mark, threadId, createdOn, client, thread };
}

const expiredThreads = async () => (await call('GET', '/chat/expiredThreads')).body['value'] as { id: string }[];

describe('A thread with a policy of 90 days', () => {
  it('is there until its last second, unreadable from then on, restorable for 30 days, and then gone to the last byte', async () => {
    const { client, thread, threadId, createdOn, mark } = await threadWith(90);
    await emulator.clock.set(new Date(createdOn + 90 * day - 2_000));
    expect((await (await thread()).getProperties()).topic).toBe('Kept');
    expect(await expiredThreads()).toEqual([]);

    await emulator.clock.set(new Date(createdOn + 90 * day + 2_000));
    await expect((await thread()).getProperties()).rejects.toMatchObject(gone);
    await expect((await thread()).sendMessage({ content: 'late' })).rejects.toMatchObject(gone);
    await expect((await thread()).updateProperties({ retentionPolicy: { kind: 'none' } })).rejects.toMatchObject(gone);
    expect(await collect((await client()).listChatThreads())).toEqual([]);

    await emulator.clock.advance('PT10M');
    const [expired] = (await call('GET', '/chat/expiredThreads')).body['value'] as Record<string, unknown>[];
    expect(expired).toEqual({
      id: threadId,
      participants: 1,
      expiredOn: expect.stringMatching(/Z$/),
      restorableUntil: expect.stringMatching(/Z$/),
    });
    expect(await holds(mark)).toBe(true);

    await emulator.clock.set(new Date(createdOn + 120 * day - 60_000));
    expect(await expiredThreads()).toHaveLength(1);
    await emulator.clock.set(new Date(createdOn + 120 * day + 1_000));
    expect(await expiredThreads()).toEqual([]);
    const restore = `/chat/expiredThreads/${encodeURIComponent(threadId)}/:restore`;
    expect((await call('POST', restore, { retentionPolicy: { kind: 'none' } })).status).toBe(404);
    // The first sweep closes it, the next one, when no cache can be older, removes it.
    await emulator.clock.advance('PT5M');
    await emulator.clock.advance('PT5M');
    expect(await holds(mark)).toBe(false);
    expect(await holds(threadId.slice(3, 39))).toBe(false);
  });

  it('comes back by restoring, with what was deleted still deleted, and only with a policy that holds', async () => {
    const { anna, thread, threadId, createdOn, mark } = await threadWith(30);
    const before = await thread();
    const { id } = await before.sendMessage({ content: 'deleted before' });
    await before.deleteMessage(id);
    await emulator.clock.set(new Date(createdOn + 40 * day));
    const restore = `/chat/expiredThreads/${encodeURIComponent(threadId)}/:restore`;
    const policy = (deleteThreadAfterDays: number) => ({
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays },
    });
    expect((await call('POST', restore, policy(39))).status).toBe(400);
    expect((await call('POST', restore, policy(60))).status).toBe(204);
    expect((await call('POST', restore, policy(60))).status).toBe(404);
    const texts = (await collect((await thread()).listMessages())).map(({ content }) => content?.message);
    expect(texts).toContain(mark);
    expect(texts).not.toContain('deleted before');
    expect(await expiredThreads()).toEqual([]);
    expect(anna.id).toBeTruthy();
    await emulator.clock.set(new Date(createdOn + 61 * day));
    await expect((await thread()).getProperties()).rejects.toMatchObject(gone);
  });

  it('stays expired when the clock goes back after a sweep', async () => {
    const { thread, createdOn } = await threadWith(30);
    await emulator.clock.set(new Date(createdOn + 31 * day));
    await emulator.clock.set(new Date(createdOn + day));
    await expect((await thread()).getProperties()).rejects.toMatchObject(gone);
  });

  it('lives on when its policy is taken away, and dies at once when it is shortened below its age', async () => {
    const kept = await threadWith(30);
    const shortened = await threadWith(90);
    await emulator.clock.set(new Date(kept.createdOn + 29 * day));
    await (await kept.thread()).updateProperties({ retentionPolicy: { kind: 'none' } });
    await emulator.clock.set(new Date(kept.createdOn + 50 * day));
    expect((await (await kept.thread()).getProperties()).topic).toBe('Kept');
    const policy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } as const;
    await (await shortened.thread()).updateProperties({ retentionPolicy: policy });
    await expect((await shortened.thread()).getProperties()).rejects.toMatchObject(gone);
  });
});

describe('The default policy of a resource', () => {
  it('holds for new threads whose creator names none, and never for older ones', async () => {
    const older = await threadWith();
    const policy = { kind: 'threadCreationDate', deleteThreadAfterDays: 45 };
    expect((await call('PUT', '/chat/defaultRetentionPolicy', policy)).status).toBe(200);
    expect((await call('GET', '/chat/defaultRetentionPolicy')).body).toEqual(policy);
    expect((await call('PUT', '/chat/defaultRetentionPolicy', { ...policy, deleteThreadAfterDays: 7 })).status).toBe(
      400,
    );
    const newer = await threadWith();
    const own = await threadWith(60);
    const policyOf = async ({ thread }: typeof older) => (await (await thread()).getProperties()).retentionPolicy;
    expect(await policyOf(older)).toEqual({ kind: 'none' });
    expect(await policyOf(newer)).toEqual(policy);
    expect(await policyOf(own)).toMatchObject({ deleteThreadAfterDays: 60 });
  });
});
