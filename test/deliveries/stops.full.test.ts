import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { disturbEveryCall, type Fate, stopCases } from './stops.js';

const fates: readonly Fate[] = ['stopBefore', 'stopAfter', 'failBefore', 'failAfter'];
let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

describe('An outbox that is stopped, or disturbed, before and after every storage call', () => {
  it.each(stopCases.flatMap((stopCase) => [true, false].map((repeats) => [stopCase.name, repeats, stopCase] as const)))(
    'loses nothing, repeats nothing that must not be, and leaves nothing: %s (repeats what is unknown: %s)',
    async (name, repeats, stopCase) => {
      const disturbed = await disturbEveryCall(azurite.connectionString, stopCase, fates, repeats);
      console.log(`${name}: ${disturbed} storage calls disturbed`);
      expect(disturbed).toBeGreaterThan(0);
    },
  );
});
