// What changes suppressed addresses, as cases for the fault matrix; each once with addresses that an older version wrote.
import { expect } from 'vitest';
import { itemKinds } from '../../shared/email/index.js';
import type { Answer, TestProcess } from '../app/composed-app.js';
import { addressesOf, writeOldAddresses } from '../email/email-app.js';
import { readStored } from '../email/stored-suppressions.js';
import type { FaultCase } from './fault-matrix.js';

interface Scene {
  readonly resourceId: string;
  readonly until: number;
}

const kind = itemKinds.suppressionListAddresses;
const domain = 'post.example.com';
const people = ['anna', 'bert', 'cara', 'dora'] as const;
const pathOf = (id: string) => [domain, id === 'dora' ? 'other' : 'list', id];
const addressOf = (id: string) => `${id}@example.com`;

/** A failure becomes what the pipeline makes of it. */
async function answering(work: () => Promise<unknown>): Promise<Answer> {
  try {
    await work();
    return { status: 200, headers: {}, body: undefined, text: '' };
  } catch {
    return { status: 500, headers: {}, body: undefined, text: '' };
  }
}

async function prepare(healthy: TestProcess, isOld: boolean): Promise<Scene> {
  const { app } = healthy;
  const scene = { resourceId: crypto.randomUUID(), until: Math.ceil(app.clock.now()) + 24 * 60 * 60_000 };
  const written = people.map((id) => ({ id, path: pathOf(id), email: addressOf(id) }));
  if (isOld) {
    // As many more as take several transactions.
    const more = Array.from({ length: 32 }, (_, n) => ({
      domain,
      list: 'more',
      id: `m${n}`,
      email: `m${n}@example.com`,
    }));
    const old = written.map(({ id, path, email }) => ({ domain, list: path[1] ?? '', id, email }));
    await writeOldAddresses(app.storage, scene.resourceId, [...old, ...more], app.clock.now());
    return scene;
  }
  for (const { id, path, email } of written) {
    await addressesOf(app).put(scene.resourceId, kind, path, { name: id, properties: { email } });
  }
  return scene;
}

/** Who is suppressed, and whether the rows agree; nothing of it names the scene. */
async function view({ app }: TestProcess, { resourceId, until }: Scene): Promise<unknown> {
  const addresses = addressesOf(app);
  const suppressed: Record<string, unknown> = {};
  for (const id of [...people, 'emil', 'm7', 'm31']) {
    const found = await addresses.suppression({ resourceId, domain }, addressOf(id), app.clock.now());
    suppressed[id] = found?.until === until ? 'for a time' : found;
  }
  const { entries, heads, old } = await readStored(app.storage, resourceId);
  const lease = heads.filter((head) => head.includes(', until ')).map((head) => head.replace(String(until), 'its end'));
  expect(lease.filter((head) => !head.includes('its end'))).toEqual([]);
  return { suppressed, entries, heads: heads.length, lease, old };
}

function suppressionCase(operation: string, isOld: boolean, work: Work): FaultCase<Scene> {
  return {
    operation: `${operation}${isOld ? ', of an older version' : ''}`,
    prepare: async (healthy) => {
      const scene = await prepare(healthy, isOld);
      await beforehand[operation]?.(healthy, scene);
      return scene;
    },
    run: (process, scene) => answering(() => work(process, scene)),
    view,
  };
}

type Work = (process: TestProcess, scene: Scene) => Promise<unknown>;

/** What has happened undisturbed before some of them. */
const beforehand: Readonly<Record<string, Work>> = {
  'lift what an erasure has left': ({ app }, { resourceId: ownerId }) =>
    addressesOf(app).forgetAddress({ ownerId }, addressOf('cara'), app.clock.now()),
};

const works: Readonly<Record<string, Work>> = {
  'ask whether an address is suppressed': async ({ app }, { resourceId }) => {
    const found = await addressesOf(app).suppression({ resourceId, domain }, addressOf('bert'), app.clock.now());
    expect(found).toEqual({});
  },
  'put an address on a list': ({ app }, { resourceId }) =>
    addressesOf(app).put(resourceId, kind, pathOf('emil'), { name: 'emil', properties: { email: addressOf('emil') } }),
  'put another address in the place of one': ({ app }, { resourceId }) =>
    addressesOf(app).put(resourceId, kind, pathOf('anna'), { name: 'anna', properties: { email: addressOf('emil') } }),
  'take an address from a list': ({ app }, { resourceId }) => addressesOf(app).remove(resourceId, kind, pathOf('bert')),
  'delete a list': ({ app }, { resourceId }) => addressesOf(app).removeWithin(resourceId, [domain, 'list']),
  'suppress an address for a time': ({ app }, { resourceId, until }) =>
    addressesOf(app).suppressUntil({ resourceId, domain }, addressOf('emil'), until),
  'erase an address': ({ app }, { resourceId: ownerId }) =>
    addressesOf(app).forgetAddress({ ownerId }, addressOf('cara'), app.clock.now()),
  'lift what an erasure has left': ({ app }, { resourceId }) =>
    addressesOf(app).liftHash({ resourceId, domain }, addressOf('cara')),
};

export const suppressionCases: readonly FaultCase<Scene>[] = Object.entries(works).flatMap(([name, work]) =>
  [false, true].map((isOld) => suppressionCase(name, isOld, work)),
);
