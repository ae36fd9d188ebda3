// The operations of identity, as cases of faults.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { startTestIssuer, type TestIssuer } from '../auth/entra-issuer.js';
import type { FaultCase } from './fault-matrix.js';

interface Scene {
  readonly user: TestUser;
}

export const application = randomUUID();
let issuer: TestIssuer;

/** A geography where users of one application of Entra ID may exchange their tokens. */
export async function startIdentityGeography(): Promise<TestGeography> {
  issuer = await startTestIssuer(Date.now());
  const geography = await startGeography({
    DOMICILE_ENTRA_TENANT: issuer.tenantId,
    DOMICILE_ENTRA_AUTHORITY: issuer.authorityHost,
    DOMICILE_ENTRA_USER_APPLICATIONS: application,
  });
  const stop = async () => {
    await geography.stop();
    await issuer.close();
  };
  return { ...geography, stop };
}

/** A token of a user who came through the application. */
export function entraToken(claims: Record<string, unknown>): Promise<string> {
  return issuer.token({ azp: application, ...claims });
}

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
    const claims = { aud: 'https://communication.azure.com/clients/', scp: 'Chat', oid: randomUUID() };
    return { user: { id: '', token: await entraToken(claims) } };
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

export const identityCases = [
  identityCase('identity-create', { createTokenWithScopes: ['chat'] }, async (judge, answer) => {
    const { identity, accessToken } = answer.body as { identity: { id: string }; accessToken: { token: string } };
    accepted(await judge.call('chat-list-threads', { user: { id: identity.id, token: accessToken.token } }));
  }),
  identityCase('identity-issue-token', { scopes: ['chat'] }),
  identityCase('identity-revoke-tokens'),
  identityCase('identity-delete'),
  exchangeCase,
];
