// What a media server tells: what happens in calls, and calls that come in. Domicile's own; signed with a secret that the
// server shares with the geography.
import { z } from 'zod';
import { type Operation, operation } from '../../shared/api/index.js';
import { geographyWebhook } from '../../shared/auth/index.js';
import { type Calls, type MediaEvent, nameOfCall, readNameOfCall } from '../../shared/calling/index.js';
import { mediaServer } from '../foundation.js';
import { orAbsent, orDefault } from '../wire/null-and-absent.js';
import { Text } from '../wire/written.js';
import { CallIdentifier } from './identifiers.js';
import { ToneModel } from './media-wire.js';
import { CallHeaderValues } from './wire.js';

const common = { service: 'mediaServer', auth: geographyWebhook(mediaServer) } as const;
const maxReported = 100;

const name = z.string().min(1).max(128);
const who = z.string().min(1).max(512);
const confidence = orAbsent(z.number().min(0).max(1));
const words = z.string().max(10_000);

const Recognised = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tones'),
    tones: z.array(ToneModel).max(1_000),
    ended: z.enum(['stop-tone', 'max-tones', 'silence']),
  }),
  z.strictObject({ kind: z.literal('choice'), label: z.string().max(256), phrase: orAbsent(words), confidence }),
  z.strictObject({ kind: z.literal('speech'), text: words, confidence }),
]);

const Event = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.enum(['ringing', 'joined', 'declined', 'busy', 'unavailable', 'unanswered', 'left']),
    who,
  }),
  z.strictObject({
    is: z.enum([
      'transfer-accepted',
      'transferred',
      'transfer-failed',
      'play-started',
      'play-ended',
      'tones-sent',
      'tones-failed',
    ]),
    task: name,
  }),
  z.strictObject({ is: z.literal('tone'), who, tone: ToneModel }),
  z.strictObject({ is: z.literal('speech'), who, text: words, confidence }),
  z.strictObject({ is: z.literal('play-failed'), task: name, reason: orAbsent(z.string().max(256)) }),
  z.strictObject({ is: z.literal('recognised'), task: name, result: Recognised }),
  z.strictObject({
    is: z.literal('not-recognised'),
    task: name,
    reason: z.enum(['initial-silence', 'tone-silence', 'not-matched', 'prompt-failed', 'failed']),
    prompt: orAbsent(z.int().min(0).max(100)),
  }),
  z.strictObject({ is: z.literal('stream-started'), stream: name, isAgain: orAbsent(z.boolean()) }),
  z.strictObject({ is: z.literal('stream-stopped'), stream: name }),
  z.strictObject({
    is: z.literal('stream-failed'),
    stream: name,
    details: z.enum([
      'initialWebSocketConnectionFailed',
      'streamConnectionInterrupted',
      'streamConnectionUnsuccessful',
      'authenticationFailure',
      'forbidden',
      'serviceShutdown',
      'serviceTimeout',
      'tooManyRequests',
      'unspecifiedError',
    ]),
  }),
  z.strictObject({ is: z.literal('alive') }),
  z.strictObject({ is: z.literal('ended'), isLost: orAbsent(z.boolean()) }),
]);

const Incoming = z.strictObject({
  /** By which the media server knows the call, so that it can say it again. */
  id: z.string().min(8).max(128),
  from: CallIdentifier,
  to: CallIdentifier,
  displayName: orAbsent(z.string().max(256)),
  headers: orAbsent(z.strictObject({ sip: orDefault(CallHeaderValues, {}), voip: orDefault(CallHeaderValues, {}) })),
});
type OfferedByServer = z.output<typeof Incoming>;

const Results = z
  .object({ results: z.array(z.object({ status: z.union([z.literal(200), z.literal(404)]) })) })
  .meta({ id: 'MediaReportResults' });
const Offered = z.object({ call: Text }).meta({ id: 'OfferedCall' });

export interface MediaServerParts {
  readonly calls: Pick<Calls, 'report'>;
  /** @throws {Fault} 404 when nobody here is called so */
  offer(incoming: OfferedByServer): Promise<{ readonly resourceId: string; readonly key: string }>;
}

export function mediaServerOperations({ calls, offer }: MediaServerParts): Operation[] {
  return [
    operation({
      ...common,
      name: 'calls-media-events',
      summary: 'Takes what has happened in calls, from whoever carries their media.',
      route: 'POST calling/media/events',
      body: z.strictObject({
        events: z
          .array(z.strictObject({ call: name, event: Event }))
          .min(1)
          .max(maxReported),
      }),
      maxBodyBytes: 1_048_576,
      returns: Results,
      ok: async ({ body }) => {
        const results: { readonly status: 200 | 404 }[] = [];
        // One after the other: what happens in one call has an order.
        for (const { call, event } of body.events) {
          const named = readNameOfCall(call);
          const isThere = named !== undefined && (await calls.report(named.resourceId, named.key, event as MediaEvent));
          results.push({ status: isThere ? 200 : 404 });
        }
        return { results };
      },
    }),
    operation({
      ...common,
      name: 'calls-media-incoming',
      summary: 'Takes a call that comes in, from whoever carries its media.',
      route: 'POST calling/media/incoming',
      body: Incoming,
      returns: Offered,
      ok: async ({ body }) => ({ call: nameOfCall(await offer(body)) }),
    }),
  ];
}
