// An app that asks for a right in each of its operations, in front of an issuer of the test: the real pipeline.
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { operation } from '../../shared/api/index.js';
import {
  accessKey,
  createSigningKeys,
  deriveSigningKey,
  EntraVerifier,
  KeyRing,
  manager,
  privacyKey,
  restoreKey,
  webhook,
} from '../../shared/auth/index.js';
import { signedHeaders } from '../sdk/owner-call.js';
import type { TestIssuer } from './entra-issuer.js';
import { composePipeline } from '../api/compose-pipeline.js';

/** Whole seconds; signatures are checked by the real clock, so it is the real time. */
export const realNow = Math.floor(Date.now() / 1000) * 1000;
export const communication = 'https://communication.azure.com/';
export const management = 'https://management.azure.com/';
export const [reader, owner, person, worker] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
export const machine = randomUUID();
const host = 'contoso.europe.example';

const handled = async ({ caller }: { caller: unknown }) => caller;
const common = { summary: 'Tells who asks.', service: 'privacy', ok: handled } as const;
const operations = {
  data: operation({ ...common, name: 'test-data', route: 'POST data', auth: accessKey }),
  privacy: operation({ ...common, name: 'test-privacy', route: 'POST privacy', auth: privacyKey }),
  restore: operation({ ...common, name: 'test-restore', route: 'POST restore', auth: restoreKey }),
  read: operation({ ...common, name: 'test-read', route: 'POST read', auth: manager('read') }),
  manage: operation({ ...common, name: 'test-manage', route: 'POST manage', auth: manager('manage') }),
  upstream: operation({ ...common, name: 'test-upstream', route: 'POST upstream', auth: webhook('events') }),
};
export type Right = keyof typeof operations;

/** An app of its own: nothing fetched yet. */
export function startApp(issuer: TestIssuer, options: { hasEntra?: boolean; disableLocalAuth?: boolean } = {}) {
  const { hasEntra = true, disableLocalAuth = false } = options;
  const time = { monotonic: 0, realAhead: 0 };
  // Product time is years away: tokens of Entra ID live in real time.
  const clock = { now: () => realNow + 1e11, realNow: () => realNow + time.realAhead, monotonic: () => time.monotonic };
  const failures: unknown[] = [];
  const { authorityHost, tenantId } = issuer;
  const subjects = {
    read: new Set([reader]),
    manage: new Set([owner]),
    data: new Set([owner, person]),
    privacy: new Set([owner]),
    restore: new Set([worker]),
    upstream: new Set([machine]),
  };
  const settings = { authorityHost, tenantId, subjects, userApplications: new Set<string>() };
  const entra = new EntraVerifier({ settings, clock, reportFailure: (failure) => failures.push(failure) });
  const masterSecret = randomBytes(32);
  const keys = new KeyRing(new Map([[1, masterSecret]]));
  const resource = {
    name: 'contoso',
    immutableId: randomUUID(),
    geography: 'europe',
    keyGenerations: { primary: 1, secondary: 1 },
    masterSecretVersion: 1,
    disableLocalAuth,
  } as const;
  const pipeline = composePipeline({
    clock,
    keys,
    tokens: { issuer: 'domicile/europe', keys: createSigningKeys(deriveSigningKey(masterSecret)) },
    resource,
    entra: hasEntra ? entra : undefined,
    reportFailure: () => undefined,
  });
  async function call(right: Right, headers: Record<string, string>) {
    const asked = operations[right];
    const answer = await pipeline(asked, {
      method: 'POST',
      url: `https://${host}/${asked.path}?api-version=2026-12-01`,
      params: {},
      header: (name) => (name === 'host' ? host : headers[name]),
      headers: () => Object.entries(headers),
      readBody: async () => Buffer.alloc(0),
      streamBody: () => Readable.from([]),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      text: String(answer.body),
      body: JSON.parse(String(answer.body)),
    };
  }
  return {
    time,
    failures,
    /** With a token. */
    ask: (right: Right, token: string) => call(right, { authorization: `Bearer ${token}` }),
    /** Signed with the primary key. */
    sign: (right: Right) => {
      const target = `/${operations[right].path}?api-version=2026-12-01`;
      const request = { method: 'POST', target, text: '' };
      return call(right, signedHeaders(keys.accessKey(resource, 'primary'), host, request));
    },
  };
}
