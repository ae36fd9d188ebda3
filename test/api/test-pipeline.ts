// A real pipeline for operations of a test's own: a resource, its keys, no storage, no limits.
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Operation } from '../../shared/api/index.js';
import { createSigningKeys, KeyRing, type ManagerCaller, type OwnerCaller } from '../../shared/auth/index.js';
import type { ApiResponse } from '../../shared/http/index.js';
import { signedHeaders } from '../sdk/owner-call.js';
import { composePipeline } from './compose-pipeline.js';

const host = 'contoso.europe.example';

export interface Call {
  readonly params?: Readonly<Record<string, string>>;
  /** Behind `api-version`, with its `&`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Name of the query parameter for the version. */
  readonly version?: string;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
}

export function startPipeline() {
  const clock = { now: () => Date.now(), realNow: () => Date.now(), monotonic: () => performance.now() };
  const keys = new KeyRing(new Map([[1, randomBytes(32)]]));
  const resource = {
    name: 'contoso',
    immutableId: randomUUID(),
    geography: 'europe',
    keyGenerations: { primary: 1, secondary: 1 },
    masterSecretVersion: 1,
  } as const;
  const failures: { readonly name: string; readonly failure: unknown }[] = [];
  const trail: { readonly action: string; readonly caller: OwnerCaller | ManagerCaller; readonly counts?: object }[] =
    [];
  const audited: string[] = [];
  const signingKeys = createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const pipeline = composePipeline({
    clock,
    keys,
    tokens: { issuer: 'domicile/europe', keys: signingKeys },
    resource,
    audit: {
      record: async ({ immutableId }, caller, action, counts) => {
        audited.push(immutableId);
        trail.push({ action, caller, ...(counts !== undefined && { counts }) });
      },
    },
    reportFailure: (name, failure) => void failures.push({ name, failure }),
  });

  /** Calls an operation, signed with the primary key. */
  async function ask(
    operation: Operation,
    { params = {}, query = '', headers = {}, version = 'api-version', body }: Call = {},
  ) {
    const sentBytes = toBytes(body);
    const { method } = operation;
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
    const target = `/${path}?${version}=2026-12-01${query}`;
    const sent: Record<string, string> = {
      host,
      ...signedHeaders(keys.accessKey(resource, 'primary'), host, { method, target, text: sentBytes }),
      ...headers,
    };
    const answer = await pipeline(operation, {
      method,
      url: `https://${host}${target}`,
      params,
      header: (name) => sent[name],
      headers: () => Object.entries(sent),
      readBody: async () => sentBytes,
      streamBody: () => Readable.from([sentBytes]),
    });
    return { ...answer, body: await parsed(answer) };
  }
  return { ask, failures, trail, audited };
}

function toBytes(body: unknown): Buffer {
  if (body instanceof Buffer) {
    return body;
  }
  return Buffer.from(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
}

async function parsed({ headers, body }: ApiResponse): Promise<unknown> {
  if (body instanceof Readable) {
    return text(body);
  }
  return headers['content-type']?.includes('json') ? JSON.parse(String(body)) : body;
}
