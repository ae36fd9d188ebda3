import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { chatChanges } from './chat-cases.js';
import { failures, stops } from './fault-matrix.js';
import { breakEveryCall, leftovers } from './index-leftovers.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

it('No operation of chat leaves a row that leads nowhere, whichever of its storage calls is broken and how', async () => {
  const healthy = await geography.start();
  let broken = 0;
  for (const each of chatChanges) {
    broken += await breakEveryCall(geography, healthy, each, [...failures, ...stops]);
  }
  expect(broken).toBeGreaterThan(100);
  expect(await leftovers(geography)).toEqual([]);
}, 900_000);
