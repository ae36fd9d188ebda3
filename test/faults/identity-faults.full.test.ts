import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted } from '../app/chat-calls.js';
import type { TestGeography } from '../app/composed-app.js';
import { disturbEveryCall, failures } from './fault-matrix.js';
import { application, entraToken, identityCases, startIdentityGeography } from './identity-cases.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startIdentityGeography();
});
afterAll(() => geography?.stop());

describe('An operation of identity, one of whose storage calls fails before or after its effect,', () => {
  it.each(identityCases.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, failures)).toBeGreaterThan(0);
    },
  );

  it('is among the cases, whichever it is', async () => {
    const { app } = await geography.start();
    const names = app.operations.map(({ name }) => name).filter((name) => name.startsWith('identity-'));
    const covered = [...identityCases.map(({ operation }) => operation), 'identity-exchange-teams-token'];
    expect(covered.sort()).toEqual(names.sort());
  });

  it('but the exchange of a Teams token, which needs no storage', async () => {
    const userId = randomUUID();
    const claims = { aud: 'https://auth.msft.communication.azure.com', scp: 'Teams.ManageCalls', oid: userId };
    const token = await entraToken(claims);
    const process = await geography.start();
    const body = { token, appId: application, userId };
    accepted(await process.call('identity-exchange-teams-token', { body }));
    const before = process.app.counter.snapshot();
    accepted(await process.call('identity-exchange-teams-token', { body }));
    expect(process.app.counter.since(before)).toEqual({});
  });
});
