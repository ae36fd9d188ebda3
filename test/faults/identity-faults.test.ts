import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestUser } from '../app/composed-app.js';
import { disturbEveryCall, failures, type FaultCase, stops } from './fault-matrix.js';

interface Scene {
  readonly user: TestUser;
}

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

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

const identityCases = [
  identityCase('identity-create', { createTokenWithScopes: ['chat'] }, async (judge, answer) => {
    const { identity, accessToken } = answer.body as { identity: { id: string }; accessToken: { token: string } };
    accepted(await judge.call('chat-list-threads', { user: { id: identity.id, token: accessToken.token } }));
  }),
  identityCase('identity-issue-token', { scopes: ['chat'] }),
  identityCase('identity-revoke-tokens'),
  identityCase('identity-delete'),
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
    expect(identityCases.map(({ operation }) => operation).sort()).toEqual(names.sort());
  });
});
