import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { chatChanges, chatReads } from './chat-cases.js';
import { disturbEveryCall, failures } from './fault-matrix.js';
import { retentionChanges, retentionReads, setDefaultCase, setHistoryCase } from './retention-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

describe('Sending a message, one of whose storage calls fails before or after its effect,', () => {
  it('is done or not done, never half, as the other operations in the full run', async () => {
    const sending = chatChanges.filter(({ operation }) => operation === 'chat-send-message');
    expect(sending).not.toEqual([]);
    for (const each of sending) {
      expect(await disturbEveryCall(geography, each, failures)).toBeGreaterThan(0);
    }
  });
});

describe('An operation of chat or retention', () => {
  it('is among the cases, whichever it is', async () => {
    const { app } = await geography.start();
    const names = app.operations
      // The configuration of live chat is of chat, and stores and reads nothing.
      .filter(({ service, name }) => (service === 'chat' && !name.startsWith('live-')) || service === 'retention')
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
