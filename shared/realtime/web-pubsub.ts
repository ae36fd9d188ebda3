// Azure Web PubSub by the five calls that live chat needs of it, data-plane contract 2024-01-01. It knows users as keyed
// hashes and is handed frames that nobody keeps.
import { createHmac } from 'node:crypto';
import {
  bearerTokenAuthenticationPolicy,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type Pipeline,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline';
import { createTransport, isLoopback } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { callLimitMs } from './limits.js';
import { type SocketService, SocketServiceFailed, type WebPubSubSettings } from './socket-service.js';

const apiVersion = '2024-01-01';
const scope = 'https://webpubsub.azure.com/.default';
const keyTokenSeconds = 300;

interface Asked {
  readonly method?: 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly text?: string;
}

/** The connections to it are opened with the first call. */
export function webPubSub(settings: WebPubSubSettings, clock: Clock): SocketService {
  const { endpoint, clientEndpoint = endpoint, hub } = settings;
  const transport = createTransport({ timeoutMs: callLimitMs });
  let pipeline: Promise<Pipeline> | undefined;
  const ask = async ({ method = 'POST', path, query = {}, text }: Asked): Promise<string> => {
    pipeline ??= openPipeline(settings, clock);
    const search = new URLSearchParams({ ...query, 'api-version': apiVersion });
    const request = createPipelineRequest({
      url: `${endpoint}/api/hubs/${hub}/${path}?${search}`,
      method,
      headers: createHttpHeaders(text === undefined ? {} : { 'content-type': 'text/plain' }),
      ...(text !== undefined && { body: text }),
      allowInsecureConnection: isLoopback(endpoint),
      timeout: callLimitMs,
    });
    const answer = await (await pipeline).sendRequest(transport, request).catch(() => undefined);
    if (answer === undefined || answer.status >= 300) {
      throw new SocketServiceFailed(answer?.status);
    }
    return answer.bodyAsText ?? '';
  };
  return {
    sendToUser: async (user, text) => void (await ask({ path: `users/${user}/:send`, text })),
    sendToConnection: async (id, text) =>
      void (await ask({ path: `connections/${encodeURIComponent(id)}/:send`, text })),
    closeUser: async (user) => void (await ask({ path: `users/${user}/:closeConnections` })),
    closeConnection: async (id) => {
      try {
        await ask({ method: 'DELETE', path: `connections/${encodeURIComponent(id)}` });
      } catch (error) {
        if (!(error instanceof SocketServiceFailed) || error.status !== 404) {
          throw error;
        }
      }
    },
    addressFor: async (userId, minutes) => {
      const query = { userId, minutesToExpire: String(minutes) };
      const { token } = JSON.parse(await ask({ path: ':generateToken', query })) as { readonly token: string };
      return `${clientEndpoint}/client/hubs/${hub}?access_token=${token}`;
    },
  };
}

async function openPipeline({ credential }: WebPubSubSettings, clock: Clock): Promise<Pipeline> {
  const pipeline = createEmptyPipeline();
  if (credential.kind === 'key') {
    pipeline.addPolicy(signWithKey(credential.key, clock));
    return pipeline;
  }
  const { ManagedIdentityCredential } = await import('@azure/identity');
  const { clientId } = credential;
  const identity =
    clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: identity, scopes: scope }));
  return pipeline;
}

/** As whoever has an access key does it: a token for this one address. */
function signWithKey(key: string, clock: Clock): PipelinePolicy {
  return {
    name: 'signWithKey',
    sendRequest: (request, next) => {
      const [aud = ''] = request.url.split('?', 1);
      const iat = Math.floor(clock.realNow() / 1000);
      const payload = [
        { alg: 'HS256', typ: 'JWT' },
        { aud, iat, exp: iat + keyTokenSeconds },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const signature = createHmac('sha256', key).update(payload).digest('base64url');
      request.headers.set('authorization', `Bearer ${payload}.${signature}`);
      return next(request);
    },
  };
}
