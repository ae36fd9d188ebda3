// What is asked of a call that goes on, on the wire: who comes and goes, what is played and listened for.
import { z } from 'zod';
import { callLimits, type PlaySource, type RecogniseOptions } from '../../shared/calling/index.js';
import { orAbsent, orDefault } from '../wire/null-and-absent.js';
import { Text } from '../wire/written.js';
import { CallIdentifier, CallNumber } from './identifiers.js';
import { Address, CallParticipant, Context, CustomContext } from './wire.js';

const { maxPlayCharacters, maxPlaySources, maxRingSeconds, maxToneCount, maxChoices } = callLimits;

/** What every request about a call can have. */
const Asking = { operationContext: orAbsent(Context), operationCallbackUri: orAbsent(Address) };

export const AskedRequest = z.object(Asking).meta({ id: 'CallOperationRequest' });
export const Echo = z.object({ operationContext: Text.optional() }).meta({ id: 'CallOperationResult' });
export const AboutOneRequest = z
  .object({ ...Asking, targetParticipant: CallIdentifier })
  .meta({ id: 'CallParticipantRequest' });

export const AddParticipantRequest = z
  .object({
    ...Asking,
    participantToAdd: CallIdentifier,
    sourceCallerIdNumber: orAbsent(CallNumber),
    sourceDisplayName: orAbsent(z.string().max(256)),
    invitationTimeoutInSeconds: orAbsent(z.number().min(0).max(maxRingSeconds)),
    customCallingContext: orAbsent(CustomContext),
  })
  .meta({ id: 'AddParticipantRequest' });
export const AddParticipantResponse = z
  .object({ participant: CallParticipant, operationContext: Text.optional(), invitationId: Text })
  .meta({ id: 'AddParticipantResponse' });

export const CancelAddRequest = z
  .object({ ...Asking, invitationId: z.string().min(1).max(128) })
  .meta({ id: 'CancelAddParticipantRequest' });
export const CancelAddResponse = z
  .object({ invitationId: Text, operationContext: Text.optional() })
  .meta({ id: 'CancelAddParticipantResponse' });

export const RemoveParticipantRequest = z
  .object({ ...Asking, participantToRemove: CallIdentifier })
  .meta({ id: 'RemoveParticipantRequest' });

/** One at a time, as ACS has it. */
export const MuteRequest = z
  .object({ operationContext: orAbsent(Context), targetParticipants: z.array(CallIdentifier).min(1).max(1) })
  .meta({ id: 'MuteParticipantsRequest' });

export const MoveRequest = z
  .object({
    ...Asking,
    targetParticipants: z.array(CallIdentifier).min(1).max(callLimits.maxParticipants),
    fromCall: z.string().min(1).max(128),
  })
  .meta({ id: 'MoveParticipantsRequest' });
export const MoveResponse = z
  .object({ participants: z.array(CallParticipant), operationContext: Text.optional(), fromCall: Text })
  .meta({ id: 'MoveParticipantsResponse' });

export const TransferRequest = z
  .object({
    ...Asking,
    targetParticipant: CallIdentifier,
    transferee: orAbsent(CallIdentifier),
    customCallingContext: orAbsent(CustomContext),
    sourceCallerIdNumber: orAbsent(CallNumber),
  })
  .meta({ id: 'TransferToParticipantRequest' });

const PlaySourceModel = z
  .object({
    kind: z.enum(['file', 'text', 'ssml']),
    playSourceCacheId: orAbsent(z.string().max(256)),
    file: orAbsent(z.object({ uri: Address })),
    text: orAbsent(
      z.object({
        text: z.string().min(1).max(maxPlayCharacters),
        sourceLocale: orAbsent(z.string().max(35)),
        voiceKind: orAbsent(z.enum(['male', 'female'])),
        voiceName: orAbsent(z.string().max(256)),
        customVoiceEndpointId: orAbsent(z.string().max(256)),
      }),
    ),
    ssml: orAbsent(
      z.object({
        ssmlText: z.string().min(1).max(maxPlayCharacters),
        customVoiceEndpointId: orAbsent(z.string().max(256)),
      }),
    ),
  })
  .transform(({ kind, playSourceCacheId, file, text, ssml }, context): PlaySource => {
    const cache = playSourceCacheId === undefined ? {} : { cacheId: playSourceCacheId };
    if (kind === 'file' && file !== undefined) {
      return { kind, uri: file.uri, ...cache };
    }
    if (kind === 'text' && text !== undefined) {
      const voice = text.voiceName ?? text.voiceKind;
      const locale = text.sourceLocale;
      return {
        kind,
        text: text.text,
        ...(locale !== undefined && { locale }),
        ...(voice !== undefined && { voice }),
        ...cache,
      };
    }
    if (kind === 'ssml' && ssml !== undefined) {
      return { kind, ssml: ssml.ssmlText, ...cache };
    }
    context.addIssue({ code: 'custom', message: 'has no source of its kind.' });
    return z.NEVER;
  });

export const PlayRequest = z
  .object({
    ...Asking,
    playSources: z.array(PlaySourceModel).min(1).max(maxPlaySources),
    playTo: orDefault(z.array(CallIdentifier).max(callLimits.maxParticipants), []),
    interruptCallMediaOperation: orDefault(z.boolean(), false),
    playOptions: orDefault(z.object({ loop: orDefault(z.boolean(), false) }), { loop: false }),
  })
  .meta({ id: 'PlayRequest' });

export const HoldRequest = z
  .object({ ...Asking, targetParticipant: CallIdentifier, playSourceInfo: orAbsent(PlaySourceModel) })
  .meta({ id: 'HoldRequest' });

export const ToneModel = z.enum([
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'a',
  'b',
  'c',
  'd',
  'pound',
  'asterisk',
]);

const Choice = z.object({
  label: z.string().min(1).max(256),
  phrases: z.array(z.string().min(1).max(256)).max(maxChoices),
  tone: orAbsent(ToneModel),
});

export const RecognizeRequest = z
  .object({
    ...Asking,
    recognizeInputType: z.enum(['dtmf', 'speech', 'speechOrDtmf', 'choices']),
    playPrompt: orAbsent(PlaySourceModel),
    playPrompts: orDefault(z.array(PlaySourceModel).max(maxPlaySources), []),
    interruptCallMediaOperation: orDefault(z.boolean(), false),
    recognizeOptions: z.object({
      interruptPrompt: orDefault(z.boolean(), false),
      initialSilenceTimeoutInSeconds: orDefault(z.number().min(0).max(300), 5),
      targetParticipant: CallIdentifier,
      speechLanguage: orAbsent(z.string().max(35)),
      speechRecognitionModelEndpointId: orAbsent(z.string().max(256)),
      dtmfOptions: orAbsent(
        z.object({
          interToneTimeoutInSeconds: orDefault(z.number().min(1).max(60), 2),
          maxTonesToCollect: orAbsent(z.int().min(1).max(maxToneCount)),
          stopTones: orDefault(z.array(ToneModel).max(16), []),
        }),
      ),
      choices: orAbsent(z.array(Choice).min(1).max(maxChoices)),
      speechOptions: orAbsent(z.object({ endSilenceTimeoutInMs: orAbsent(z.number().min(0).max(60_000)) })),
    }),
  })
  .refine(
    ({ recognizeInputType, recognizeOptions }) =>
      recognizeInputType !== 'choices' || recognizeOptions.choices !== undefined,
    { message: 'Choices are missing.', path: ['recognizeOptions', 'choices'] },
  )
  .meta({ id: 'RecognizeRequest' });

export function toRecogniseOptions({
  recognizeInputType: input,
  playPrompt,
  playPrompts,
  recognizeOptions: options,
}: z.output<typeof RecognizeRequest>): RecogniseOptions {
  const { dtmfOptions: dtmf, choices, speechOptions, speechLanguage, speechRecognitionModelEndpointId } = options;
  const endSilenceMs = speechOptions?.endSilenceTimeoutInMs;
  return {
    input,
    prompts: playPrompts.length > 0 ? playPrompts : playPrompt === undefined ? [] : [playPrompt],
    interruptsPrompt: options.interruptPrompt,
    initialSilenceSeconds: options.initialSilenceTimeoutInSeconds,
    ...(speechLanguage !== undefined && { language: speechLanguage }),
    ...(speechRecognitionModelEndpointId !== undefined && { modelEndpointId: speechRecognitionModelEndpointId }),
    ...(dtmf !== undefined && {
      dtmf: {
        interToneSeconds: dtmf.interToneTimeoutInSeconds,
        ...(dtmf.maxTonesToCollect !== undefined && { maxTones: dtmf.maxTonesToCollect }),
        stopTones: dtmf.stopTones,
      },
    }),
    ...(choices !== undefined && {
      choices: choices.map(({ label, phrases, tone }) => ({ label, phrases, ...(tone !== undefined && { tone }) })),
    }),
    ...(endSilenceMs !== undefined && { endSilenceMs }),
  };
}

export const SendTonesRequest = z
  .object({
    ...Asking,
    tones: z.array(ToneModel).min(1).max(maxToneCount),
    targetParticipant: CallIdentifier,
  })
  .meta({ id: 'SendDtmfTonesRequest' });

export const TranscriptionRequest = z
  .object({
    ...Asking,
    locale: orAbsent(z.string().min(2).max(35)),
    speechModelEndpointId: orAbsent(z.string().max(256)),
  })
  .meta({ id: 'TranscriptionRequest' });
