// Every operation against everything that somebody could show: who gets as far as the handler. Made from the registered
// operations, so that a new one is covered without further work; only a new kind of credentials needs a line.
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { apiVersions } from '../../shared/api/api-versions.js';
import { type Operation, operation } from '../../shared/api/index.js';
import { type Auth, callToken, skypeToken, webhook } from '../../shared/auth/index.js';
import { Fault, faults } from '../../shared/http/index.js';
import { composeOn } from '../app/call-app.js';
import { composeForReading } from '../house/composed-app.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { startTestIssuer, type TestIssuer } from './entra-issuer.js';
import { allCredentials, type Asked, type Credential, matrixRights, paramValue } from './matrix-credentials.js';

const host = 'contoso.europe.example';
const ok = async () => ({});
const sample = { summary: 'Tells who asks.', service: 'chat', ok } as const;
/** Of each kind one, whether an operation asks for it already or not. */
const samples = [
  operation({ ...sample, name: 'sample-anonymous', route: 'GET sample', auth: { kind: 'anonymous' } }),
  operation({ ...sample, name: 'sample-skypetoken', route: 'POST sample', auth: skypeToken('chat', 'voip') }),
  operation({ ...sample, name: 'sample-webhook', route: 'POST sample/webhook', auth: webhook('sender') }),
  operation({ ...sample, name: 'sample-call', route: 'GET sample/calls/{callId}', auth: callToken('callId') }),
];
const { operations: registered } = await composeForReading(sampleGuest());
const operations = [...registered, ...samples];

const callerKinds: Readonly<Record<Auth['kind'], string | undefined>> = {
  anonymous: undefined,
  accessKey: 'owner',
  entra: 'manager',
  entraUser: 'entraUser',
  userToken: 'user',
  webhook: 'webhook',
  callToken: 'call',
};

const refusals = new Set(['401 Denied', '401 Unauthorized', '403 Forbidden']);

describe('The authorization matrix', () => {
  let azurite: Azurite;
  let issuer: TestIssuer;
  let app: ComposedApp;
  let credentials: readonly Credential[];
  const failures: unknown[] = [];

  beforeAll(async () => {
    [azurite, issuer] = await Promise.all([startAzurite(), startTestIssuer(Math.floor(Date.now() / 1000) * 1000)]);
    const subjects = Object.fromEntries(matrixRights.map((right) => [right, randomUUID()])) as Record<
      (typeof matrixRights)[number],
      string
    >;
    const userApplication = randomUUID();
    const gatewaySecret = randomBytes(32);
    const textSecret = randomBytes(32);
    const mediaSecret = randomBytes(32);
    app = await composeOn(azurite.connectionString, {
      privacyKeys: 'primary',
      settings: {
        DOMICILE_GATEWAY_SECRETS: gatewaySecret.toString('base64'),
        DOMICILE_SMS_SECRETS: textSecret.toString('base64'),
        DOMICILE_CALLING_SECRETS: mediaSecret.toString('base64'),
        DOMICILE_ENTRA_TENANT: issuer.tenantId,
        DOMICILE_ENTRA_AUTHORITY: issuer.authorityHost,
        DOMICILE_ENTRA_USER_APPLICATIONS: userApplication,
        ...Object.fromEntries(matrixRights.map((right) => [`DOMICILE_ENTRA_${right.toUpperCase()}`, subjects[right]])),
      },
      reportFailure: (_name, _requestId, failure) => failures.push(failure),
    });
    await app.provision();
    credentials = await allCredentials({
      app,
      issuer,
      subjects,
      userApplication,
      gatewaySecret,
      textSecret,
      mediaSecret,
    });
  });
  afterAll(async () => {
    await app?.storage.close();
    await issuer?.close();
    await azurite?.stop();
  });

  it('sees the operations of every service, and each kind of credentials', () => {
    expect(registered.length).toBeGreaterThan(50);
    expect(new Set(registered.map(({ auth }) => auth.kind)).size).toBeGreaterThanOrEqual(4);
    expect(new Set(operations.map(({ auth }) => auth.kind))).toEqual(new Set(Object.keys(callerKinds)));
    expect(credentials.length).toBeGreaterThan(40);
  });

  it.each(operations.map((each) => [each.name, each] as const))('%s lets in whom it should', async (_, asked) => {
    const seen: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const credential of credentials) {
      const isOpen = !credential.isRefusedAnywhere && (asked.auth.kind === 'anonymous' || credential.opens(asked.auth));
      expected[credential.name] = isOpen ? `in, as ${callerKinds[asked.auth.kind]}` : 'out';
      seen[credential.name] = await come(asked, credential);
    }
    expect(seen).toEqual(expected);
    // Each is opened by something: else nobody could use it, and the test would show nothing.
    expect(Object.values(seen).some((outcome) => outcome !== 'out')).toBe(true);
    expect(failures).toEqual([]);
  });

  /** Up to the handler, and not into it: what comes behind authentication is taken out. */
  async function come(asked: Operation, credential: Credential): Promise<string> {
    let outcome: string | undefined;
    const door: Operation = {
      ...asked,
      limit: undefined,
      query: undefined,
      body: undefined,
      headers: undefined,
      home: undefined,
      audits: () => undefined,
      walks: () => false,
      limitKeys: () => ({}),
      handle: async ({ caller }) => {
        outcome = `in, as ${(caller as { kind: string } | undefined)?.kind}`;
        throw new Fault(faults.hungUp);
      },
    };
    const path = asked.path.replace(/\{\w+\}/g, paramValue);
    const names = [...asked.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, paramValue]);
    const version = apiVersions[asked.service].at(-1) ?? '';
    const request: Asked = { method: asked.method, target: `/${path}?api-version=${version}`, host };
    const headers = credential.headers(request);
    const { status, body } = await app.pipeline(door, {
      method: request.method,
      url: `https://${host}${request.target}`,
      params: Object.fromEntries(names) as Record<string, string>,
      header: (name) => (name === 'host' ? host : headers[name]),
      headers: () => Object.entries(headers),
      readBody: async () => Buffer.alloc(0),
      streamBody: () => Readable.from([]),
    });
    if (outcome !== undefined) {
      return outcome;
    }
    const { error } = JSON.parse(String(body)) as { error: { code: string } };
    return refusals.has(`${status} ${error.code}`) ? 'out' : `${status} ${error.code}`;
  }
});
