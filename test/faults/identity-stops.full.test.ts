import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGeography } from '../app/composed-app.js';
import { disturbEveryCall, stops } from './fault-matrix.js';
import { identityCases, startIdentityGeography } from './identity-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startIdentityGeography();
});
afterAll(() => geography?.stop());

describe('A process that is killed at a storage call of identity, before or after its effect,', () => {
  it.each(identityCases.map((each) => [each.operation, each] as const))(
    'leaves what another process finishes: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, stops)).toBeGreaterThan(0);
    },
  );
});
