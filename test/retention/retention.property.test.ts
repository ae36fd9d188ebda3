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

describe('Whatever happens to threads, their people and the clock,', () => {
  it('what is readable and what is stored is what the promises say', () =>
    checkHistories(geography, { numRuns: 25, interruptAfterTimeLimit: 7_000 }));
});
