import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { disturbEveryCall, stopCases } from './stops.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describe('An outbox whose process dies at any storage call loses nothing and leaves nothing', () => {
  // The others are in the full run.
  const quick = stopCases.filter(({ name }) => name.startsWith('accepting'));
  it.each(quick.map((stopCase) => [stopCase.name, stopCase] as const))('while %s', async (_, stopCase) => {
    const fates = ['stopBefore', 'stopAfter'] as const;
    expect(await disturbEveryCall(azurite.connectionString, stopCase, fates, false)).toBeGreaterThan(0);
  });
});
