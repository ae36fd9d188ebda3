// Calls on the wire, contract `call-automation` 2026-03-12: what creates, answers and describes one.
import { z } from 'zod';
import {
  callLimits,
  type ConnectionOfCall,
  type ConnectionOptions,
  type Participant,
} from '../../shared/calling/index.js';
import { namedOrAbsent, orAbsent, orDefault } from '../wire/null-and-absent.js';
import { Text } from '../wire/written.js';
import { CallIdentifier, CallNumber, CallUser, WrittenCallIdentifier, writeIdentifier } from './identifiers.js';

const { maxAddress, maxContext, maxParticipants } = callLimits;

export const Address = z.string().min(1).max(maxAddress);
export const Context = z.string().max(maxContext);

const Streaming = z
  .object({
    transportType: z.literal('websocket'),
    audioChannelType: z.enum(['mixed', 'unmixed']),
    transportUrl: Address,
    contentType: orDefault(z.literal('audio'), 'audio'),
    startMediaStreaming: orDefault(z.boolean(), false),
    enableBidirectional: orDefault(z.boolean(), false),
    audioFormat: orDefault(z.enum(['pcm16KMono', 'pcm24KMono']), 'pcm16KMono'),
    enableDtmfTones: orDefault(z.boolean(), false),
  })
  .transform((options) => ({
    transportUrl: options.transportUrl,
    channels: options.audioChannelType,
    format: options.audioFormat,
    isBidirectional: options.enableBidirectional,
    hasTones: options.enableDtmfTones,
    isStarted: options.startMediaStreaming,
  }));

const Transcription = z
  .object({
    transportType: z.literal('websocket'),
    locale: z.string().min(2).max(35),
    transportUrl: Address,
    speechModelEndpointId: orAbsent(z.string().max(256)),
    startTranscription: orDefault(z.boolean(), false),
    enableIntermediateResults: orDefault(z.boolean(), false),
  })
  .transform(({ transportUrl, locale, speechModelEndpointId: model, startTranscription, ...options }) => ({
    transportUrl,
    locale,
    ...(model !== undefined && { modelEndpointId: model }),
    hasIntermediate: options.enableIntermediateResults,
    isStarted: startTranscription,
  }));

const Options = {
  callbackUri: Address,
  operationContext: orAbsent(Context),
  callIntelligenceOptions: orAbsent(z.object({ cognitiveServicesEndpoint: orAbsent(Address) })),
  mediaStreamingOptions: orAbsent(Streaming),
  transcriptionOptions: orAbsent(Transcription),
};

export const CreateCallRequest = z
  .object({
    ...Options,
    targets: z.array(CallIdentifier).min(1).max(maxParticipants),
    sourceCallerIdNumber: orAbsent(CallNumber),
    sourceDisplayName: orAbsent(z.string().max(256)),
    source: orAbsent(CallUser),
    teamsAppSource: z
      .unknown()
      .refine((value) => value === undefined || value === null, 'Teams applications cannot call here.')
      .optional(),
  })
  .meta({ id: 'CreateCallRequest' });

export const AnswerCallRequest = z
  .object({ ...Options, incomingCallContext: z.string().min(1).max(8_192), answeredBy: orAbsent(CallUser) })
  .meta({ id: 'AnswerCallRequest' });

const name = z.string().min(1).max(512);
const CallLocator = z
  .object({
    kind: z.enum(['groupCallLocator', 'serverCallLocator', 'roomCallLocator']),
    groupCallId: orAbsent(name),
    serverCallId: orAbsent(name),
    roomId: orAbsent(name),
  })
  .transform(({ kind, groupCallId, serverCallId, roomId }, context) => {
    const [as, id] =
      kind === 'groupCallLocator'
        ? (['group', groupCallId] as const)
        : kind === 'roomCallLocator'
          ? (['room', roomId] as const)
          : (['serverCall', serverCallId] as const);
    if (id === undefined) {
      context.addIssue({ code: 'custom', message: 'names no call of its kind.' });
      return z.NEVER;
    }
    return { kind: as, id };
  });

export const ConnectRequest = z.object({ ...Options, callLocator: CallLocator }).meta({ id: 'ConnectCallRequest' });

export const CallHeaderValues = namedOrAbsent(z.string().max(1_024), z.string().max(256));

export const CustomContext = z
  .object({
    voipHeaders: orDefault(CallHeaderValues, {}),
    sipHeaders: orDefault(CallHeaderValues, {}),
  })
  .transform(({ voipHeaders: voip, sipHeaders: sip }) => ({ voip, sip }));

export const RedirectCallRequest = z
  .object({ incomingCallContext: z.string().min(1).max(8_192), target: CallIdentifier })
  .meta({ id: 'RedirectCallRequest' });
export const RejectCallRequest = z
  .object({
    incomingCallContext: z.string().min(1).max(8_192),
    callRejectReason: orDefault(z.enum(['none', 'busy', 'forbidden']), 'none'),
  })
  .meta({ id: 'RejectCallRequest' });

const WrittenUser = z.object({ id: Text });
const WrittenNumber = z.object({ value: Text });
const SubscriptionState = z.enum(['inactive', 'active']);

export const CallConnectionProperties = z
  .object({
    callConnectionId: Text,
    serverCallId: Text,
    targets: z.array(WrittenCallIdentifier),
    callConnectionState: z.enum([
      'unknown',
      'connecting',
      'connected',
      'transferring',
      'transferAccepted',
      'disconnecting',
      'disconnected',
    ]),
    callbackUri: Text,
    sourceCallerIdNumber: WrittenNumber.optional(),
    sourceDisplayName: Text,
    source: WrittenCallIdentifier.optional(),
    correlationId: Text,
    answeredBy: WrittenUser.optional(),
    answeredFor: WrittenNumber.optional(),
    mediaStreamingSubscription: z
      .object({ id: Text, state: SubscriptionState, subscribedContentTypes: z.array(z.literal('audio')) })
      .optional(),
    transcriptionSubscription: z
      .object({
        id: Text,
        state: SubscriptionState,
        subscribedResultTypes: z.array(z.enum(['final', 'intermediate'])),
        locale: Text,
      })
      .optional(),
  })
  .meta({ id: 'CallConnectionProperties' });

export const CallParticipant = z
  .object({ identifier: WrittenCallIdentifier, isMuted: z.boolean(), isOnHold: z.boolean() })
  .meta({ id: 'CallParticipant' });
export const ParticipantsPage = z
  .object({ value: z.array(CallParticipant), nextLink: Text.optional() })
  .meta({ id: 'CallParticipantsPage' });

interface Asking {
  readonly callbackUri: string;
  readonly operationContext: string | undefined;
  readonly callIntelligenceOptions: { readonly cognitiveServicesEndpoint?: string | undefined } | undefined;
  readonly mediaStreamingOptions: ConnectionOptions['streaming'];
  readonly transcriptionOptions: ConnectionOptions['transcription'];
}

export function toOptions(body: Asking, apiVersion: string): ConnectionOptions {
  return {
    callbackUri: body.callbackUri,
    context: body.operationContext,
    apiVersion,
    cognitiveEndpoint: body.callIntelligenceOptions?.cognitiveServicesEndpoint,
    streaming: body.mediaStreamingOptions,
    transcription: body.transcriptionOptions,
  };
}

export function renderParticipant({ rawId, isMuted, isOnHold }: Participant) {
  return { identifier: writeIdentifier(rawId), isMuted, isOnHold };
}

/** @param state in place of its own: answers that begin a call say what ACS says there */
export function renderConnection({ call, connection }: ConnectionOfCall, state = connection.state) {
  const { id, source, callerNumber, answeredBy, streaming, transcription, targets } = connection;
  const [target] = targets;
  return {
    callConnectionId: id,
    serverCallId: call.serverCallId,
    targets: targets.map(writeIdentifier),
    callConnectionState: state,
    callbackUri: connection.callbackUri,
    ...(callerNumber !== undefined && { sourceCallerIdNumber: { value: callerNumber } }),
    sourceDisplayName: connection.displayName,
    ...(source !== undefined && { source: writeIdentifier(source) }),
    correlationId: call.correlationId,
    ...(answeredBy !== undefined && { answeredBy: { id: answeredBy } }),
    ...(call.origin === 'incoming' && target?.startsWith('4:') && { answeredFor: { value: target.slice(2) } }),
    ...(streaming !== undefined && {
      mediaStreamingSubscription: {
        id: streaming.id,
        state: streaming.state,
        subscribedContentTypes: ['audio' as const],
      },
    }),
    ...(transcription !== undefined && {
      transcriptionSubscription: {
        id: transcription.id,
        state: transcription.state,
        subscribedResultTypes: [
          'final' as const,
          ...(transcription.hasIntermediate ? (['intermediate'] as const) : []),
        ],
        locale: transcription.locale,
      },
    }),
  };
}
