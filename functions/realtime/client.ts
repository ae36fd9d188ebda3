// What the live client of the chat SDK asks: where to go, a session, its transports, and that it is told.
import { z } from 'zod';
import { operation, type Operation } from '../../shared/api/index.js';
import { skypeToken, userToken, type VerifiedUserToken } from '../../shared/auth/index.js';
import type { Resource } from '../../shared/geography/index.js';
import { Fault, faults, NoBody, PlainText, PlainTextBody, WholeBody } from '../../shared/http/index.js';
import { liveFaults, liveLimits, noTransports, pollParameter } from '../../shared/realtime/index.js';
import { LiveSession, RealTimeNotificationConfiguration } from './answers.js';
import type { LiveChat } from './live-chat.js';

export interface LiveClientParts {
  /** Undefined where live chat is off. */
  readonly live: LiveChat | undefined;
  /** What a token says that has been found good. */
  claimsOf(token: string): Pick<VerifiedUserToken, 'rawId' | 'identityGeneration' | 'expiresOn'>;
  /** Whether a token is good now, by what this process knows. */
  isAlive(token: string, resource: Resource): boolean;
  /** Host at which a resource answers in this geography. */
  hostOf(resource: Resource): string | undefined;
}

interface Asked {
  readonly origin: string;
  readonly isForwarded: boolean;
}

const anyScope = skypeToken('chat', 'chat.join', 'chat.join.limited');
const TokenHeaders = z.object({ 'x-skypetoken': z.string() });
const sessionId = /^[\w-]{20}$/;
/** The client adds more, which says nothing to us. */
const SessionQuery = z.object({ epid: z.string().max(64).optional() });
const TransportQuery = z.object({ [pollParameter]: z.string().regex(sessionId).optional() });

export function liveClientOperations(parts: LiveClientParts): readonly Operation[] {
  const { live, claimsOf } = parts;
  /** No WebSocket is passed on between geographies, so whoever asked at another one is told of the home's own host. */
  const hostFor = (resource: Resource, { origin, isForwarded }: Asked) =>
    (isForwarded ? parts.hostOf(resource) : undefined) ?? origin.slice(origin.indexOf('//') + 2);
  const pollerOf = (resource: Resource, rawId: string, id: string, token: string) => {
    if (!sessionId.test(id)) {
      throw new Fault(faults.unknownRoute);
    }
    const isAlive = () => parts.isAlive(token, resource);
    return { resourceId: resource.immutableId, rawId, id, until: claimsOf(token).expiresOn, isAlive };
  };
  return [
    operation({
      name: 'live-get-configuration',
      contract: 'signaling.realTimeNotificationsConfiguration',
      summary: 'Says where the live client of the chat SDK opens its session.',
      service: 'chat',
      route: 'GET chat/config/realTimeNotifications',
      auth: userToken('chat', 'chat.join', 'chat.join.limited'),
      returns: RealTimeNotificationConfiguration,
      ok: async ({ resource, request }) => {
        requireLive(live);
        const address = `https://${hostFor(resource, request)}`;
        return { trouterServiceUrl: address, registrarServiceUrl: address, cloudType: 'Public' };
      },
    }),
    operation({
      name: 'live-open-session',
      summary: 'Opens a session of live chat: over a WebSocket, or over long polls where there are none.',
      service: 'liveChat',
      route: 'POST v4/a',
      auth: anyScope,
      headers: TokenHeaders,
      query: SessionQuery,
      returns: LiveSession,
      ok: ({ resource, headers, query, request }) => {
        const place = { resource: resource.name, host: hostFor(resource, request) };
        const claims = claimsOf(headers['x-skypetoken']);
        return requireLive(live).open(place, resource.immutableId, claims, query.epid);
      },
    }),
    operation({
      name: 'live-choose-transport',
      summary: 'Names the transport of a session: long polls, or of one that has a WebSocket elsewhere none.',
      service: 'liveChat',
      route: 'GET socket.io/1',
      auth: anyScope,
      query: TransportQuery,
      returns: PlainTextBody,
      ok: async ({ query }) => {
        const id = query[pollParameter];
        const { polls } = requireLive(live);
        return new PlainText(id === undefined ? noTransports : polls.transport(id));
      },
    }),
    operation({
      name: 'live-poll',
      summary: 'Answers with what the client is told next, at most 25 seconds later.',
      service: 'liveChat',
      route: 'GET socket.io/1/xhr-polling/{sessionId}',
      auth: anyScope,
      headers: TokenHeaders,
      returns: PlainTextBody,
      ok: async ({ resource, caller, params, headers, request: { hungUp } }) => {
        const poller = pollerOf(resource, caller.rawId, params.sessionId, headers['x-skypetoken']);
        return new PlainText(await requireLive(live).polls.poll({ ...poller, hungUp }));
      },
    }),
    operation({
      name: 'live-say',
      summary: 'Takes what a client that polls says: what it made of notices, or that it goes.',
      service: 'liveChat',
      route: 'POST socket.io/1/xhr-polling/{sessionId}',
      auth: anyScope,
      headers: TokenHeaders,
      body: WholeBody,
      maxBodyBytes: liveLimits.maxClientFrameBytes,
      returns: NoBody,
      ok: ({ resource, caller, params, headers, body }) => {
        const poller = pollerOf(resource, caller.rawId, params.sessionId, headers['x-skypetoken']);
        return requireLive(live).polls.hear(poller, body.toString());
      },
    }),
    operation({
      name: 'live-register',
      summary: 'Answers when every process can have heard that the client is there.',
      service: 'liveChat',
      route: 'POST v3/registrations',
      auth: anyScope,
      returns: NoBody,
      accepted: ({ caller }) => requireLive(live).presence.register(caller.rawId),
    }),
    operation({
      name: 'live-end-registration',
      summary: 'Says that the client goes; its connection says so itself.',
      service: 'liveChat',
      route: 'DELETE v3/registrations/{registrationId}',
      auth: anyScope,
      noContent: async () => undefined,
    }),
    operation({
      name: 'live-check',
      summary: 'Says that live chat is here: the client asks at the root, with `?check`, when its sessions fail.',
      service: 'liveChat',
      route: 'GET live/check',
      auth: { kind: 'anonymous' },
      returns: PlainTextBody,
      ok: async () => {
        requireLive(live);
        return new PlainText('Trouter');
      },
    }),
  ];
}

function requireLive(live: LiveChat | undefined): LiveChat {
  if (live === undefined) {
    throw new Fault(liveFaults.off);
  }
  return live;
}
