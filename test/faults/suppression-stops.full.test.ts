import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { disturbEveryCall, failures, stops } from './fault-matrix.js';
import { suppressionCases } from './suppression-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

describe('A process that is killed, or fails, at a storage call of suppressed addresses, before or after its effect,', () => {
  it.each(suppressionCases.map((each) => [each.operation, each] as const))(
    'leaves what another process finishes: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, [...stops, ...failures])).toBeGreaterThan(0);
    },
  );
});
