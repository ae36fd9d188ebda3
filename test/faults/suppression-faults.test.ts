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
const most = suppressionCases.filter(({ operation }, index) => !operation.endsWith('version') || index < 2);

describe('A change of suppressed addresses, one of whose storage calls fails before or after its effect,', () => {
  it.each(most.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );
});
