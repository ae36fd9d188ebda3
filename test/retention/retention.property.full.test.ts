// The property of retention.property.test.ts, in many more histories.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { checkHistories } from './history-property.js';
import { resumeTime, stopTime } from './stopped-time.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
  stopTime();
});
afterAll(async () => {
  resumeTime();
  await geography?.stop();
});

describe('In many histories of threads, their people and the clock,', () => {
  it('what is readable and what is stored is what the promises say', () =>
    checkHistories(geography, { numRuns: 1_000, interruptAfterTimeLimit: 45_000 }));
});
