// Where promises meet: calendars, clocks that go back, and two who act in the same moment.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { days, expiredThread, none, read, remove, restore, threadWith, update } from './scene.js';
import { settle } from './settle.js';
import { day, minute, moveTo, resumeTime, second, stopTime } from './stopped-time.js';

let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());
beforeEach(async () => {
  stopTime();
  process = await geography.start();
});
afterEach(async () => {
  expect(process.failures).toEqual([]);
  await process.close();
  resumeTime();
});

describe('Days are 24 hours, whatever the calendar says:', () => {
  it.each([
    ['a leap day inside', '2028-02-01T12:00:00Z', 30, '2028-03-02T12:00:00Z', '2028-04-01T12:00:00Z'],
    ['no leap day', '2027-02-01T12:00:00Z', 30, '2027-03-03T12:00:00Z', '2027-04-02T12:00:00Z'],
    ['made on a leap day', '2028-02-29T23:59:59Z', 90, '2028-05-29T23:59:59Z', '2028-06-28T23:59:59Z'],
    ['made on a 31st', '2027-01-31T00:00:00Z', 31, '2027-03-03T00:00:00Z', '2027-04-02T00:00:00Z'],
    ['over the end of a year', '2027-12-31T23:59:59Z', 60, '2028-02-29T23:59:59Z', '2028-03-30T23:59:59Z'],
    ['a century without a leap day', '2100-02-01T00:00:00Z', 30, '2100-03-03T00:00:00Z', '2100-04-02T00:00:00Z'],
  ])('%s', async (_, createdOn, length, expiredOn, restorableUntil) => {
    moveTo(process, Date.parse(createdOn));
    const scene = await threadWith(process, days(length));
    moveTo(process, Date.parse(expiredOn) - 1);
    await settle(process);
    expect(await read(process, scene)).toBe(200);
    moveTo(process, Date.parse(expiredOn));
    expect(await read(process, scene)).toBe(404);
    await settle(process);
    expect(await expiredThread(process, scene)).toMatchObject({ expiredOn, restorableUntil });
    moveTo(process, Date.parse(restorableUntil) - 1);
    expect(await expiredThread(process, scene)).toBeDefined();
    moveTo(process, Date.parse(restorableUntil));
    expect(await expiredThread(process, scene)).toBeUndefined();
    expect(await restore(process, scene, none)).toBe(404);
  });
});

describe('A clock that goes back', () => {
  it('revives nothing that a sweep has marked expired, and nothing that it has closed', async () => {
    const marked = await threadWith(process, days(30));
    const closed = await threadWith(process, days(30));
    const { createdOn } = marked;
    moveTo(process, createdOn + 30 * day);
    await settle(process);
    moveTo(process, createdOn + day);
    expect(await read(process, marked)).toBe(404);
    expect(await update(process, marked, none)).toBe(404);
    expect(await restore(process, marked, none)).toBe(204);
    expect(await read(process, marked)).toBe(200);
    moveTo(process, createdOn + 60 * day);
    await process.app.sweep();
    moveTo(process, createdOn + 40 * day);
    expect(await restore(process, closed, none)).toBe(404);
    expect(await expiredThread(process, closed)).toBeUndefined();
    moveTo(process, createdOn + 60 * day + 15 * minute);
    await settle(process);
    expect((await scanStorage(geography.connectionString, [closed.key])).hits).toEqual([]);
    expect(await read(process, marked)).toBe(200);
  });

  it('does not keep the bytes of what is deleted then', async () => {
    const scene = await threadWith(process, none);
    moveTo(process, scene.createdOn + 80 * day);
    expect(await update(process, scene, days(90))).toBe(204);
    moveTo(process, scene.createdOn + day);
    expect(await remove(process, scene)).toBe(204);
    moveTo(process, scene.createdOn + day + 5 * minute);
    await settle(process);
    expect((await scanStorage(geography.connectionString, [scene.key])).hits).toEqual([]);
  });
});

describe('A policy that is changed', () => {
  it('in its last millisecond still counts, and no longer in the next', async () => {
    const [early, late] = [await threadWith(process, days(30)), await threadWith(process, days(30))];
    const end = early.createdOn + 30 * day;
    moveTo(process, end - 1);
    expect(await update(process, early, days(31))).toBe(204);
    moveTo(process, end);
    expect(await update(process, late, days(31))).toBe(404);
    await settle(process);
    expect(await read(process, early)).toBe(200);
    expect(await read(process, late)).toBe(404);
    moveTo(process, end + day - second);
    await settle(process);
    expect(await read(process, early)).toBe(200);
    moveTo(process, end + day);
    expect(await read(process, early)).toBe(404);
  });

  it('to less than the thread is old ends it at once, and leaves 30 days from then to restore it', async () => {
    const scene = await threadWith(process, days(90));
    const now = scene.createdOn + 80 * day;
    moveTo(process, now);
    expect(await update(process, scene, days(30))).toBe(204);
    expect(await read(process, scene)).toBe(404);
    expect(await update(process, scene, none)).toBe(404);
    await settle(process);
    expect(Date.parse((await expiredThread(process, scene))?.expiredOn ?? '')).toBe(Math.floor(now / second) * second);
    moveTo(process, now + 30 * day - second);
    await settle(process);
    expect(await restore(process, scene, days(90))).toBe(400);
    expect(await restore(process, scene, none)).toBe(204);
    expect(await read(process, scene)).toBe(200);
  });
});

describe('Restoring', () => {
  it('stands in the audit trail, when it was asked for and when it was done, without what it was', async () => {
    const scene = await threadWith(process, days(30));
    moveTo(process, scene.createdOn + 30 * day);
    await settle(process);
    const trail = async () => {
      const { body } = await process.call<{ value: { id: string }[] }>('privacy-list-audit');
      return body.value;
    };
    const earlier = (await trail()).map(({ id }) => id);
    expect(await restore(process, scene, days(30))).toBe(400);
    moveTo(process, scene.createdOn + 30 * day + minute);
    expect(await restore(process, scene, none)).toBe(204);
    const entries = (await trail()).filter(({ id }) => !earlier.includes(id));
    const asked = { action: 'restore-thread', caller: { accessKey: 'primary' } };
    const both = [asked, { ...asked, counts: { chatthreads: 1 } }].map((entry) => expect.objectContaining(entry));
    expect(entries).toHaveLength(3);
    expect(entries).toEqual(expect.arrayContaining(both));
    expect(entries.filter((entry) => 'counts' in entry)).toHaveLength(1);
    for (const mark of [scene.key, scene.anna.id]) {
      expect(JSON.stringify(entries)).not.toContain(mark);
    }
  });
});
