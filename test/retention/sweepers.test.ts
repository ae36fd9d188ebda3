// Sweeps that share work, and sweeps that fail.
import { type RestError } from '@azure/core-rest-pipeline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plantReceipts } from '../../bench/plant-receipts.js';
import { receipts } from '../../shared/privacy/index.js';
import type { CallObserver } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { settle } from './settle.js';
import { minute, moveTo, resumeTime, second, stopTime } from './stopped-time.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());
beforeEach(() => stopTime());
afterEach(() => resumeTime());

const left = async ({ app }: TestProcess) => (await app.storage.table(receipts).scan({ select: [] })).rows.length;

describe('Two sweepers at once', () => {
  it('do everything once', async () => {
    const processes = [await geography.start(), await geography.start()] as const;
    const [first] = processes;
    const count = 800;
    await plantReceipts(first.app.storage, {
      name: 'shared',
      count,
      dueMs: first.app.clock.now() - minute,
      withRows: true,
    });
    expect(await left(first)).toBeGreaterThan(0);
    const before = processes.map(({ app }) => app.counter.snapshot());
    await Promise.all(processes.map(({ app }) => app.sweep()));
    const counts = processes.map(({ app }, index) => app.counter.since(before[index] ?? {}));
    const total = (kind: string) => counts.reduce((sum, each) => sum + (each[kind] ?? 0), 0);
    // Both had a share.
    for (const each of counts) {
      expect(each['receipts/transaction']).toBeGreaterThan(0);
    }
    expect(total('receipts/transaction')).toBe(count / 100);
    expect(total('receipts/delete') + total('receipts/get')).toBe(0);
    // What one of them passed by, because the other had it, is done.
    expect(await left(first)).toBe(0);
    expect(await first.app.overdueMs()).toBe(0);
  });
});

describe('A hundred receipts of which some are gone already', () => {
  it('go all the same, and what is not due stays', async () => {
    const process = await geography.start();
    const { storage, clock } = process.app;
    const now = clock.now();
    await plantReceipts(storage, { name: 'partly', count: 100, dueMs: now - minute, withRows: true });
    await plantReceipts(storage, { name: 'partly', count: 100, dueMs: now + minute, withRows: true });
    const table = storage.table(receipts);
    const { rows } = await table.query({ partition: 'partly-0', select: [], top: 100 });
    for (const { rowKey } of [...rows.slice(0, 2), ...rows.slice(50, 52), ...rows.slice(-1)]) {
      await table.remove('partly-0', rowKey);
    }
    const lines: string[] = [];
    await process.app.sweep((line) => lines.push(line));
    expect(lines.at(-1)).toContain('drop-receipt: 100 due, 100 done, 0 failed');
    expect(await left(process)).toBe(100);
    moveTo(process, now + minute);
    await process.app.sweep();
    expect(await left(process)).toBe(0);
  });
});

describe('Work that fails', () => {
  it('is put off, counts as late all the while, also between two sweeps, and not any more when it is done', async () => {
    let isBroken = false;
    const breaking: CallObserver = (call, send) =>
      isBroken && call.store === 'receipts' && call.kind === 'transaction' ? Promise.reject(broken()) : send();
    const process = await geography.start({ observers: [breaking] });
    const due = process.app.clock.now();
    await plantReceipts(process.app.storage, { name: 'broken', count: 100, dueMs: due, withRows: true });
    isBroken = true;
    const lines: string[] = [];
    const sweep = () => process.app.sweep((line) => lines.push(line));
    for (const minutes of [5, 10, 35, 60, 65]) {
      moveTo(process, due + minutes * minute);
      await expect(sweep()).rejects.toThrow(/put off/);
      expect(lines.at(-1)).toMatch(/drop-receipt: 100 due, 0 done, 100 failed/);
      expect(lines.at(-1)).toContain(`oldest overdue ${minutes * 60} s`);
      // What `GET /health` and the alarm look at.
      expect(await process.app.overdueMs()).toBe(minutes * minute);
      moveTo(process, due + minutes * minute + 100 * second);
      expect(await process.app.overdueMs()).toBe(minutes * minute + 100 * second);
    }
    isBroken = false;
    moveTo(process, due + 70 * minute);
    await sweep();
    expect(lines.at(-1)).toContain('100 due, 100 done, 0 failed');
    expect(await process.app.overdueMs()).toBe(0);
    expect(await settle(process)).toBe(1);
    expect(await left(process)).toBe(0);
  });
});

function broken(): RestError {
  return Object.assign(new Error('Broken by a test.'), { name: 'RestError' as const, statusCode: 500 });
}
