import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { startTestIssuer, type TestIssuer } from '../auth/entra-issuer.js';
import { disturbEveryCall, failures, type FaultCase, stops } from './fault-matrix.js';

interface Scene {
  readonly user: TestUser;
}

const application = randomUUID();
let issuer: TestIssuer;
let geography: TestGeography;
beforeAll(async () => {
  issuer = await startTestIssuer(Date.now());
  geography = await startGeography({
    DOMICILE_ENTRA_TENANT: issuer.tenantId,
    DOMICILE_ENTRA_AUTHORITY: issuer.authorityHost,
    DOMICILE_ENTRA_USER_APPLICATIONS: application,
  });
});
afterAll(async () => {
  await geography?.stop();
  await issuer?.close();
});

function identityCase(operation: string, body?: object, check?: FaultCase<Scene>['check']): FaultCase<Scene> {
  return {
    operation,
    prepare: async (healthy) => ({ user: await healthy.newUser() }),
    run: (process, { user }) => process.call(operation, { params: { id: user.id }, body }),
    view: async (judge, { user }) => {
      const { status: oldToken } = await judge.call('chat-list-threads', { user });
      const request = { params: { id: user.id }, body: { scopes: ['chat'] } };
      const issued = await judge.call<{ token: string }>('identity-issue-token', request);
      const next = { id: user.id, token: issued.body.token };
      const { status: newToken } = await judge.call('chat-list-threads', { user: next });
      return { oldToken, issued: issued.status, newToken };
    },
    ...(check && { check }),
  };
}

interface Exchanged {
  readonly identity: { readonly id: string };
  readonly accessToken: { readonly token: string };
}

const exchange = (process: TestProcess, user: TestUser) =>
  process.call<Exchanged>('identity-exchange-entra-token', {
    user,
    query: { 'api-version': '2025-03-02-preview' },
  });

const exchangeCase: FaultCase<Scene> = {
  operation: 'identity-exchange-entra-token',
  prepare: async () => {
    const claims = { aud: 'https://communication.azure.com/clients/', scp: 'Chat', azp: application };
    return { user: { id: '', token: await issuer.token({ ...claims, oid: randomUUID() }) } };
  },
  run: (process, { user }) => exchange(process, user),
  // Before it is called there is nothing to see.
  view: async () => 'nothing',
  check: async (judge, answer, { user }) => {
    const { identity, accessToken } = answer.body as Exchanged;
    accepted(await judge.call('chat-list-threads', { user: { id: identity.id, token: accessToken.token } }));
    const again = accepted(await exchange(judge, user));
    expect(again.identity.id).toBe(identity.id);
  },
};

const identityCases = [
  identityCase('identity-create', { createTokenWithScopes: ['chat'] }, async (judge, answer) => {
    const { identity, accessToken } = answer.body as { identity: { id: string }; accessToken: { token: string } };
    accepted(await judge.call('chat-list-threads', { user: { id: identity.id, token: accessToken.token } }));
  }),
  identityCase('identity-issue-token', { scopes: ['chat'] }),
  identityCase('identity-revoke-tokens'),
  identityCase('identity-delete'),
  exchangeCase,
];

describe('An operation of identity, whichever of its storage calls fails or is the last of its process,', () => {
  it.each(identityCases.map((each) => [each.operation, each] as const))(
    'is done or not done, never half: %s',
    async (_, faultCase) => {
      expect(await disturbEveryCall(geography, faultCase, [...failures, ...stops])).toBeGreaterThan(0);
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
    const claims = { aud: 'https://auth.msft.communication.azure.com', scp: 'Teams.ManageCalls', azp: application };
    const token = await issuer.token({ ...claims, oid: userId });
    const process = await geography.start();
    const body = { token, appId: application, userId };
    accepted(await process.call('identity-exchange-teams-token', { body }));
    const before = process.app.counter.snapshot();
    accepted(await process.call('identity-exchange-teams-token', { body }));
    expect(process.app.counter.since(before)).toEqual({});
  });
});
