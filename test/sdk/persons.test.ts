import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './clients.js';
import { signedCall } from './signed-call.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

const call = (method: string, path: string, body?: unknown) => signedCall(europe, method, path, body);

describe('Persons', () => {
  it('keep which identifiers are theirs, and are found by them', async () => {
    const anna = await newUser(emulator, europe);
    const identifiers = [anna.id, '4:+4366412345678', 'Anna@Example.com'];
    const added = await call('POST', '/persons/customer-17/identifiers/:add', { identifiers });
    expect(added.status).toBe(200);
    expect(new Set(added.body['identifiers'] as string[])).toEqual(
      new Set([anna.id, '4:+4366412345678', 'anna@example.com']),
    );
    for (const identifier of [anna.id, '4:+4366412345678', 'ANNA@example.com']) {
      const found = await call('POST', '/persons/:find', { identifiers: [identifier] });
      expect(found.body).toEqual({ value: [{ personId: 'customer-17' }] });
    }
    await call('POST', '/persons/customer-17/identifiers/:remove', { identifiers: ['4:+4366412345678'] });
    const got = await call('GET', '/persons/customer-17');
    expect(new Set(got.body['identifiers'] as string[])).toEqual(new Set([anna.id, 'anna@example.com']));
    expect((await call('POST', '/persons/:find', { identifiers: ['4:+4366412345678'] })).body).toEqual({ value: [] });
    expect((await call('GET', '/persons')).body).toEqual({ value: [{ personId: 'customer-17' }] });
  });

  it('are told where something of theirs lies, in numbers', async () => {
    const bert = await newUser(emulator, europe);
    const { chatThread } = await bert.chat.createChatThread({ topic: 'x' });
    const thread = bert.chat.getChatThreadClient(chatThread?.id ?? '');
    await thread.sendMessage({ content: 'one' });
    await thread.sendMessage({ content: 'two' });
    const { body } = await call('POST', '/privacy/:identify', { identifiers: [bert.id] });
    const items = Object.fromEntries(
      (body['stores'] as { store: string; items: number }[]).map(({ store, items: count }) => [store, count]),
    );
    // Her part in the thread; joining, the topic, and both messages.
    expect(items).toMatchObject({ chatthreads: 5, chatuserindex: 1, identities: 1, chatimages: 0, persons: 0 });
    expect(JSON.stringify(body)).not.toContain(bert.id);
  });

  it('are told until when it lies there, unless something has no end', async () => {
    const bert = await newUser(emulator, europe);
    const cara = await newUser(emulator, europe);
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } as const;
    const participants = [{ id: { communicationUserId: cara.id } }];
    const { chatThread } = await bert.chat.createChatThread({ topic: 'x' }, { participants, retentionPolicy });
    const held = async () => {
      const { body } = await call('POST', '/privacy/:identify', { identifiers: [cara.id, cara.id] });
      return (body['stores'] as { store: string }[]).find(({ store }) => store === 'chatthreads');
    };
    // Somebody who has said nothing is in a thread all the same, and was added to it; and once, however often it is asked.
    const day = 24 * 60 * 60_000;
    const restorableUntil = Math.floor(((chatThread?.createdOn.getTime() ?? 0) + 60 * day) / 1000) * 1000;
    expect(await held()).toMatchObject({
      items: 2,
      keptUntil: new Date(restorableUntil).toISOString().replace('.000', ''),
    });
    await bert.chat.createChatThread({ topic: 'for ever' }, { participants });
    expect(await held()).toMatchObject({ items: 4 });
    expect(await held()).not.toHaveProperty('keptUntil');
  });

  it('keep who is linked to them while they are erased, because nothing of that one is erased yet', async () => {
    const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
    const link = (id: string) => call('POST', '/persons/customer-19/identifiers/:add', { identifiers: [id] });
    await link(anna.id);
    expect((await call('POST', '/persons/customer-19/:erase')).status).toBe(202);
    await link(bert.id);
    await emulator.clock.advance('PT15M');
    expect((await call('GET', '/persons/customer-19')).body).toMatchObject({ identifiers: [bert.id] });
    expect((await call('POST', '/persons/customer-19/:erase')).status).toBe(202);
    await emulator.clock.advance('PT15M');
    expect((await call('GET', '/persons/customer-19')).status).toBe(404);
  });

  it.each(['+4366412345678', '0043-664-1234567', '12345', '0664_1234567', 'anna@example.com', ''])(
    'are not named %j',
    async (personId) => {
      const path = `/persons/${encodeURIComponent(personId)}/identifiers/:add`;
      const { status } = await call('POST', path, { identifiers: ['a@b.example'] });
      expect([400, 404]).toContain(status);
    },
  );

  it('are not linked to what is no identifier, or to an identity of another resource', async () => {
    const foreign = '8:acs:00000000-0000-4000-8000-000000000000_00000000-0000-4000-8000-000000000000';
    for (const identifier of ['nonsense', '4:12', foreign]) {
      const { status } = await call('POST', '/persons/p1/identifiers/:add', { identifiers: [identifier] });
      expect(status).toBe(400);
    }
    expect((await call('GET', '/persons/p1')).status).toBe(404);
  });
});
