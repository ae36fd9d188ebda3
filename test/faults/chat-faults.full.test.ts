import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { chatChanges, chatReads } from './chat-cases.js';
import { disturbEveryCall, failures, stops } from './fault-matrix.js';
import { purgeCase } from './purge-case.js';
import { retentionChanges, retentionReads, setDefaultCase, setHistoryCase } from './retention-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

describe('A process that is killed at a storage call, before or after its effect,', () => {
  it.each([...chatChanges, ...chatReads].map((each) => [each.operation, each] as const))(
    'leaves what another process finishes or drops: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, stops)).toBeGreaterThan(0);
    },
  );

  it.each(retentionChanges(() => geography).map((each) => [each.operation, each] as const))(
    'leaves what another process finishes or drops: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, stops)).toBeGreaterThan(0);
    },
  );
});

describe('An operation of chat or retention, one of whose storage calls fails before or after its effect,', () => {
  it.each(chatChanges.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );

  it.each(retentionChanges(() => geography).map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );

  it.each([setDefaultCase, setHistoryCase])('is done or not done, never half: $operation', async (faultCase) => {
    // A geography of its own: it changes what every thread gets.
    const alone = await startGeography();
    try {
      expect(await disturbEveryCall(alone, faultCase, [...failures, ...stops])).toBeGreaterThan(0);
    } finally {
      await alone.stop();
    }
  });
});

describe('A reading operation of chat, one of whose storage calls fails,', () => {
  it.each(chatReads.map((each) => [each.operation, each] as const))('changes nothing: %s', async (_, faultCase) => {
    expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
  });

  // Some are answered from memory: then there is no call to disturb.
  it.each(retentionReads(() => geography).map((each) => [each.operation, each] as const))(
    'changes nothing: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThanOrEqual(0);
    },
  );
});

describe('The sweep of a deleted thread', () => {
  it('leaves nothing of it, whichever storage call fails or is the last', async () => {
    // A geography of its own: a sweep takes whatever is due.
    const alone = await startGeography();
    try {
      // Stopping before a call is stopping after the one before it; both in time, because a sweep makes many calls.
      expect(await disturbEveryCall(alone, purgeCase, ['failAfter', 'stopBefore'])).toBeGreaterThan(40);
    } finally {
      await alone.stop();
    }
  });
});
