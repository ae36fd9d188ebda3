import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { chatChanges, chatReads, mostUsed } from './chat-cases.js';
import { disturbEveryCall, failures } from './fault-matrix.js';
import { retentionChanges, retentionReads, setDefaultCase, setHistoryCase } from './retention-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

/** The others are in the full run. */
const most = chatChanges.filter(({ operation }) => mostUsed.has(operation));

describe('An operation of chat that is used most, one of whose storage calls fails before or after its effect,', () => {
  it.each(most.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );
});

describe('An operation of chat or retention', () => {
  it('is among the cases, whichever it is', async () => {
    const { app } = await geography.start();
    const names = app.operations
      .filter(({ service }) => service === 'chat' || service === 'retention')
      .map(({ name }) => name);
    const cases = [
      ...chatChanges,
      ...chatReads,
      ...retentionChanges(() => geography),
      ...retentionReads(() => geography),
      setDefaultCase,
      setHistoryCase,
    ].map(({ operation }) => operation);
    expect([...new Set(cases)].sort()).toEqual(names.sort());
  });
});
