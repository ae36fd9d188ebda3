// The pipeline of requests as production composes it, for operations of a test's own: nothing behind it but what a test
// hands in.
import { createPipeline, Limiter, type Pipeline, readProfile, Shares } from '../../shared/api/index.js';
import {
  Authenticator,
  type EntraVerifier,
  type KeyRing,
  type SigningKeys,
  TokenVerifier,
} from '../../shared/auth/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { aloneInTheWorld } from '../../shared/passing/index.js';
import type { Clock } from '../../shared/time/clock.js';
import { randomIds } from '../../shared/time/ids.js';

type AuditPort = Parameters<typeof createPipeline>[0]['audit'];

export interface PipelineOptions {
  readonly clock: Pick<Clock, 'now' | 'realNow' | 'monotonic'>;
  readonly keys: KeyRing;
  readonly tokens: { readonly issuer: string; readonly keys: SigningKeys };
  readonly resource: Resource;
  readonly entra?: EntraVerifier | undefined;
  /** Limits nothing unless given. */
  readonly limiter?: Limiter;
  readonly audit?: AuditPort;
  /** Those of a process of its own unless given. */
  readonly shares?: Shares;
  /** Throws unless given. */
  reportFailure?(name: string, failure: unknown): void;
}

export function composePipeline({ clock, keys, tokens, resource, entra, ...options }: PipelineOptions): Pipeline {
  return createPipeline({
    clock,
    ids: randomIds,
    authenticator: new Authenticator({
      clock,
      keys,
      tokens: new TokenVerifier(tokens),
      entra,
      emulator: false,
      privacyKeys: new Set(['primary', 'secondary']),
      isAlive: () => true,
    }),
    limiter: options.limiter ?? new Limiter(clock, readProfile('open', [])),
    shares: options.shares ?? new Shares(clock),
    geography: 'europe',
    peers: aloneInTheWorld,
    catchUp: async () => undefined,
    audit: options.audit ?? { record: async () => undefined },
    findResource: () => resource,
    reportFailure: (name, _requestId, failure) => {
      if (options.reportFailure === undefined) {
        throw new Error(`${name} failed`, { cause: failure });
      }
      options.reportFailure(name, failure);
    },
  });
}
