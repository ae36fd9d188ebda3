import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { chatChanges, chatReads } from './chat-cases.js';
import { disturbEveryCall, failures } from './fault-matrix.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

describe('An operation of chat, one of whose storage calls fails before or after its effect,', () => {
  it.each(chatChanges.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );

  it('is among the cases, whichever it is', async () => {
    const { app } = await geography.start();
    const names = app.operations.filter(({ service }) => service === 'chat').map(({ name }) => name);
    const cases = [...chatChanges, ...chatReads].map(({ operation }) => operation);
    expect([...new Set(cases)].sort()).toEqual(names.sort());
  });
});
