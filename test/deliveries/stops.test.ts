import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { disturbEveryCall, stopCases } from './stops.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describe('An outbox whose process dies at any storage call loses nothing and leaves nothing', () => {
  const quick = stopCases.filter(({ name }) => /^(accepting and|trying again$|erasing one)/.test(name));
  it.each(quick.map((stopCase) => [stopCase.name, stopCase] as const))('while %s', async (_, stopCase) => {
    expect(await disturbEveryCall(azurite.connectionString, stopCase, ['stopAfter'], false)).toBeGreaterThan(0);
  });
});
