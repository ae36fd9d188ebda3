// What Azure Web PubSub reports of the WebSockets that it keeps: CloudEvents over HTTP, with the token of its managed
// identity. Contract: https://learn.microsoft.com/azure/azure-web-pubsub/reference-cloud-events
import { z } from 'zod';
import { operation, type Operation } from '../../shared/api/index.js';
import { webhook } from '../../shared/auth/index.js';
import { Answer, Fault, faults, NoBody, PlainText, PlainTextBody, WholeBody } from '../../shared/http/index.js';
import { liveLimits, type LiveSessions } from '../../shared/realtime/index.js';

const EventHeaders = z.object({
  'ce-type': z.string(),
  'ce-hub': z.string(),
  'ce-connectionid': z.string().min(1).max(256),
  'ce-userid': z.string().regex(/^[\w-]{24}$/),
  'ce-connectionstate': z.string().max(4_096).optional(),
});

export interface UpstreamParts {
  readonly sessions: LiveSessions;
  /** Name of our hub, and host of the service that it lies at. */
  readonly hub: string;
  readonly host: string;
}

/** @param sockets undefined where nothing keeps WebSockets: then nothing may report */
export function upstreamOperations(sockets: UpstreamParts | undefined): readonly Operation[] {
  return [
    operation({
      name: 'live-allow-upstream',
      summary: 'Tells Web PubSub that it may report here.',
      service: 'liveChat',
      route: 'OPTIONS live/upstream',
      auth: { kind: 'anonymous' },
      headers: z.object({ 'webhook-request-origin': z.string().max(300) }),
      answers: { 200: NoBody },
      answerHeaders: { 200: ['webhook-allowed-origin'] },
      answer: async ({ headers }) => {
        if (sockets === undefined || headers['webhook-request-origin'].toLowerCase() !== sockets.host) {
          throw new Fault(faults.forbidden);
        }
        return new Answer(200, undefined, { 'webhook-allowed-origin': sockets.host });
      },
    }),
    operation({
      name: 'live-hear-upstream',
      summary: 'Takes what Web PubSub reports: a connection is open, says something, or is closed.',
      service: 'liveChat',
      route: 'POST live/upstream',
      auth: webhook('web-pubsub'),
      headers: EventHeaders,
      body: WholeBody,
      maxBodyBytes: liveLimits.maxClientFrameBytes,
      answers: { 200: PlainTextBody, 204: NoBody },
      answer: async ({ headers, body }) => {
        if (sockets === undefined || headers['ce-hub'].toLowerCase() !== sockets.hub.toLowerCase()) {
          throw new Fault(faults.forbidden);
        }
        const { sessions } = sockets;
        const connection = {
          id: headers['ce-connectionid'],
          name: headers['ce-userid'],
          state: headers['ce-connectionstate'],
        };
        switch (headers['ce-type'].toLowerCase()) {
          case 'azure.webpubsub.sys.connected':
            await sessions.welcome(connection);
            return new Answer<204, void>(204);
          case 'azure.webpubsub.sys.disconnected':
            await sessions.close(connection);
            return new Answer<204, void>(204);
          default: {
            const { text, state } = await sessions.hear(connection, body.toString());
            const kept: Record<string, string> = state === undefined ? {} : { 'ce-connectionstate': state };
            if (text === undefined) {
              return new Answer<204, void>(204, undefined, kept);
            }
            return new Answer(200, new PlainText(text), kept);
          }
        }
      },
    }),
  ];
}
