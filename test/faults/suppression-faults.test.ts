import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { disturbEveryCall, failures } from './fault-matrix.js';
import { suppressionCases } from './suppression-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

/** The others are in the full run. */
const quick = [
  'ask whether an address is suppressed, of an older version',
  'put another address in the place of one',
  'delete a list',
  'erase an address',
];
const most = suppressionCases.filter(({ operation }) => quick.includes(operation));

describe('A change of suppressed addresses, one of whose storage calls fails before or after its effect,', () => {
  it.each(most.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
    60_000,
  );
});
