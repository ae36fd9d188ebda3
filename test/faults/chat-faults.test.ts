import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { chatChanges, chatReads } from './chat-cases.js';
import { disturbEveryCall, failures } from './fault-matrix.js';
import { retentionChanges, retentionReads, setDefaultCase } from './retention-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

const changesOfExpired = retentionChanges(() => geography);

describe('An operation of chat or retention, one of whose storage calls fails before or after its effect,', () => {
  it.each(chatChanges.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );

  it.each(changesOfExpired.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );

  it('is done or not done, never half: chat-set-default-retention', async () => {
    // A geography of its own: it changes what every new thread gets.
    const alone = await startGeography();
    try {
      expect(await disturbEveryCall(alone, setDefaultCase, failures)).toBeGreaterThan(0);
    } finally {
      await alone.stop();
    }
  });

  it('is among the cases, whichever it is', async () => {
    const { app } = await geography.start();
    const names = app.operations
      .filter(({ service }) => service === 'chat' || service === 'retention')
      .map(({ name }) => name);
    const cases = [
      ...chatChanges,
      ...chatReads,
      ...changesOfExpired,
      ...retentionReads(() => geography),
      setDefaultCase,
    ].map(({ operation }) => operation);
    expect([...new Set(cases)].sort()).toEqual(names.sort());
  });
});
