// The records that capabilities give out and take in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capability } from '../../functions/capability.js';
import type { Resource } from '../../shared/geography/index.js';
import { identities } from '../../shared/identity/index.js';
import { resources } from '../../shared/resources/index.js';
import type { Columns, Row, Stored } from '../../shared/storage/index.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { roundTrip } from './records.js';

let geography: TestGeography;
let app: TestProcess;
let resource: Resource;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  const { name, immutableId } = await app.app.defaultResource();
  const keyGenerations = { primary: 1, secondary: 1 };
  resource = { name, immutableId, geography: 'europe', keyGenerations, masterSecretVersion: 1 };
});
afterAll(() => geography?.stop());

function capability(name: string): Capability {
  const found = app.app.capabilities.find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`There is no capability ${name}.`);
  }
  return found;
}

async function eraseAllOf(store: string): Promise<void> {
  const bound = app.app.stores.find((each) => each.store.name === store);
  const walk = { resourceId: resource.immutableId, now: 0, realNow: 0 };
  let cursor: string | undefined;
  do {
    ({ cursor } = (await bound?.eraseResource(walk, cursor)) ?? {});
  } while (cursor !== undefined);
}

describe('Records', () => {
  it('of identities bring each back with its creation and the generation of its tokens', async () => {
    const users = await Promise.all(Array.from({ length: 40 }, () => app.newUser()));
    const [revoked] = users;
    accepted(await app.call('identity-revoke-tokens', { params: { id: revoked?.id ?? '' } }));
    const given = await roundTrip(capability('identity'), resource, () => eraseAllOf(identities.name));
    const items = given.get('identities') as { rawId: string; createdOn: number; generation: number }[];
    expect(items.map(({ rawId }) => rawId).sort()).toEqual(users.map(({ id }) => id).sort());
    expect(items.find(({ rawId }) => rawId === revoked?.id)).toMatchObject({ generation: 2 });
    const body = { scopes: ['chat'] };
    const again = await app.call('identity-issue-token', { params: { id: revoked?.id ?? '' }, body });
    expect(again.status).toBe(200);
  });

  it('of identities never bring a revoked token back to life', async () => {
    const user = await app.newUser();
    const [kind] = capability('identity').records ?? [];
    const before = { rawId: user.id, createdOn: 1, generation: 1 };
    accepted(await app.call('identity-revoke-tokens', { params: { id: user.id } }));
    await kind?.take(resource, before);
    const generations = [];
    for await (const item of kind?.give(resource) ?? []) {
      const { rawId, generation } = item as typeof before;
      generations.push(...(rawId === user.id ? [generation] : []));
    }
    expect(generations).toEqual([2]);
  });

  it('of identities are taken in by their own resource only', async () => {
    const [kind] = capability('identity').records ?? [];
    const elsewhere = { ...resource, immutableId: '00000000-0000-4000-8000-000000000000' };
    const identity = { rawId: (await app.newUser()).id, createdOn: 1, generation: 1 };
    await expect(kind?.take(elsewhere, identity)).rejects.toThrow('none of this resource');
  });

  it('of what an owner has set bring the retention and the history of new threads and people back', async () => {
    const body = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 };
    accepted(await app.call('chat-set-default-retention', { body }));
    accepted(await app.call('chat-set-default-history', { body: { history: 'none' } }));
    const table = app.app.storage.table(resources);
    const given = await roundTrip(capability('resources'), resource, async () => {
      const row = await table.get<Columns>('resource', resource.name);
      const { chatRetention: _, chatHistory: __, etag, ...rest } = row as Stored<Columns>;
      await table.update(rest as Row, etag, 'replace');
    });
    expect([...given.values()]).toEqual([[{ chatRetention: body, chatHistory: 'none' }]]);
  });
});
