// What the nightly record says of stores that tell it in another way than by their keys: images by their thread, jobs by
// their resource, queues by their length; and what it does not say, because nobody has looked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatImages, chatThreads } from '../../shared/chat/index.js';
import { jobQueue, jobs } from '../../shared/jobs/index.js';
import { itemsOf } from '../../shared/residency/index.js';
import { countPage, newStoreCursor } from '../../shared/residency/count-page.js';
import type { StoreCount } from '../../shared/residency/model.js';
import { readFormerCount } from '../../shared/residency/former-count.js';
import type { StoreIdentity } from '../../shared/data-map/index.js';
import { shardOf } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { addImage, addThread } from '../privacy/composed-app.js';

const foreignId = '00000000-0000-4000-8000-000000000000';
let geography: TestGeography;
let app: TestProcess;
let ownId: string;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  ({ immutableId: ownId } = await app.app.defaultResource());
});
afterAll(() => geography?.stop());

async function count({ name }: Pick<StoreIdentity, 'name'>): Promise<StoreCount> {
  const bound = app.app.stores.find(({ store }) => store.name === name);
  if (bound === undefined) {
    throw new Error(`There is no store ${name}.`);
  }
  for (let cursor = newStoreCursor(name); ; ) {
    const step = await countPage(app.app.storage, bound, cursor, async (id) => id === ownId);
    if ('count' in step) {
      return step.count;
    }
    cursor = step.next;
  }
}

describe('A count', () => {
  it('asks the thread of an image whose it is, and knows that some lead to none', async () => {
    const anna = await app.newUser();
    const { key } = await addThread(app.app, [anna]);
    await addImage(app.app, key, anna.id, 'one', Buffer.from('image'));
    await addImage(app.app, key, anna.id, 'two', Buffer.from('image'));
    expect(await count(chatImages)).toMatchObject({ items: 2, resources: { [ownId]: 2 }, foreign: 0, unchecked: 0 });

    const strange = 'strange-thread';
    const state = { partitionKey: strange, rowKey: '0', resource: foreignId, state: '{}' };
    await app.app.storage.table(chatThreads, shardOf(chatThreads, strange)).upsert(state, 'replace');
    await addImage(app.app, strange, anna.id, 'three', Buffer.from('image'));
    await app.app.storage.blobs(chatImages).upload('no-thread/four', Buffer.from('image'));
    expect(await count(chatImages)).toMatchObject({
      items: 4,
      resources: { [ownId]: 2, [foreignId]: 1 },
      foreign: 1,
      unchecked: 1,
    });
  });

  it('tells jobs by the resource that they work for, and the own ones of the geography', async () => {
    await app.app.jobs.add('count-stores', '', null);
    await app.app.jobs.add('erase-identifiers', ownId, { identifiers: [] });
    const own = await count(jobs);
    expect(own).toMatchObject({ items: 2, foreign: 0, unchecked: 0, resources: { [ownId]: 1, geography: 1 } });
    await app.app.jobs.add('erase-identifiers', foreignId, { identifiers: [] });
    expect(await count(jobs)).toMatchObject({ items: 3, foreign: 1 });
  });

  it('counts what waits in a queue, parked messages too, and does not claim to know whose that is', async () => {
    await app.app.storage.queue(jobQueue).send('one');
    await app.app.storage.queue(jobQueue).send('two', 60);
    const waiting = await count(jobQueue);
    expect(waiting).toMatchObject({ items: 2, foreign: 'notCounted', unchecked: 2 });
    expect(itemsOf(waiting, ownId)).toBe('notCounted');
    expect(await count({ name: 'dueindex' })).toMatchObject({ items: expect.any(Number), foreign: 'notCounted' });
  });

  it('does not check receipts of a resource that is gone, and says how many', async () => {
    const receipts = app.app.stores.find(({ store }) => store.name === 'receipts')?.store;
    const table = app.app.storage.table(receipts as StoreIdentity);
    for (const partitionKey of [ownId, foreignId]) {
      await table.insert({ partitionKey, rowKey: '0000000000000000-a', keptUntil: 1, content: '{}' });
    }
    expect(await count({ name: 'receipts' })).toMatchObject({ items: 2, foreign: 0, unchecked: 1 });
  });
});

it('A resource beyond those that a count names is not said to have nothing', () => {
  const counted = { store: 'persons', items: 3, resources: { a: 2 }, foreign: 0, unchecked: 0 };
  expect([itemsOf(counted, 'a'), itemsOf(counted, 'b')]).toEqual([2, 'notCounted']);
  expect(itemsOf({ ...counted, items: 2 }, 'b')).toBe(0);
});

it('Of a count that an earlier build has made only that is said which it can have known', () => {
  const read = (store: string, items: number, resources: Record<string, number>, foreign = 0) =>
    readFormerCount({ store, items, resources, foreign });
  expect(read('persons', 3, { a: 3 })).toMatchObject({ items: 3, foreign: 0, unchecked: 0 });
  expect(read('persons', 3, { a: 3 }, 1)).toMatchObject({ foreign: 1 });
  expect(read('chatimages', 3, {})).toMatchObject({ items: 3, foreign: 'notCounted', unchecked: 3 });
  expect(read('jobqueue', 0, {})).toMatchObject({ items: 'notCounted', foreign: 'notCounted' });
  expect(read('receipts', 3, { a: 3 })).toMatchObject({ items: 3, foreign: 'notCounted' });
  expect(read('resources', 3, {})).toMatchObject({ items: 3, foreign: 0, unchecked: 0 });
});
