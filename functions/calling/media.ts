// What is heard in a call: played, listened for, pressed, held, streamed.
import { type Operation, operation } from '../../shared/api/index.js';

import {
  type CallingParts,
  cancelMedia,
  holdParticipant,
  ignoreTones,
  listenToTones,
  playMedia,
  recogniseMedia,
  sendTones,
  startMediaStreaming,
  startTranscription,
  stopMediaStreaming,
  stopTranscription,
  unholdParticipant,
  updateTranscription,
} from '../../shared/calling/index.js';
import { NoBody } from '../../shared/http/index.js';
import { chained, chainHeader, changesCall, echo, ofCall, toAsked } from './chain.js';
import {
  AboutOneRequest,
  AskedRequest,
  Echo,
  HoldRequest,
  PlayRequest,
  RecognizeRequest,
  SendTonesRequest,
  toRecogniseOptions,
  TranscriptionRequest,
} from './media-wire.js';

const done = { answers: { 200: NoBody }, answerHeaders: { 200: [chainHeader] } } as const;
const begun = { answers: { 202: NoBody }, answerHeaders: { 202: [chainHeader] } } as const;

export function mediaOperations(parts: CallingParts): Operation[] {
  return [...heard(parts), ...pressed(parts), ...held(parts), ...streamed(parts)];
}

function heard(parts: CallingParts): Operation[] {
  return [
    operation({
      ...changesCall,
      ...begun,
      name: 'calls-play',
      contract: 'callMedia.play',
      summary: 'Plays something to everybody in a call, or to some.',
      route: `POST ${ofCall}:play`,
      body: PlayRequest,
      answer: async (input) => {
        const { body } = input;
        const { correlationId } = await playMedia(parts, {
          ...toAsked(input, body),
          sources: body.playSources,
          to: body.playTo,
          isLoop: body.playOptions.loop,
          interrupts: body.interruptCallMediaOperation,
        });
        return chained(202, correlationId);
      },
    }),
    operation({
      ...changesCall,
      ...begun,
      name: 'calls-recognize',
      contract: 'callMedia.recognize',
      summary: 'Listens for keys or words of somebody in a call.',
      route: `POST ${ofCall}:recognize`,
      body: RecognizeRequest,
      maxBodyBytes: 1_048_576,
      answer: async (input) => {
        const { body } = input;
        const { correlationId } = await recogniseMedia(parts, {
          ...toAsked(input, body),
          who: body.recognizeOptions.targetParticipant,
          options: toRecogniseOptions(body),
          interrupts: body.interruptCallMediaOperation,
        });
        return chained(202, correlationId);
      },
    }),
    operation({
      ...changesCall,
      ...begun,
      name: 'calls-cancel-media',
      contract: 'callMedia.cancelAllMediaOperations',
      summary: 'Ends all that is played and listened for in a call.',
      route: `POST ${ofCall}:cancelAllMediaOperations`,
      answer: async (input) => chained(202, (await cancelMedia(parts, toAsked(input))).correlationId),
    }),
  ];
}

function pressed(parts: CallingParts): Operation[] {
  const continuous = [
    ['start', 'Tells each key that somebody in a call presses.', listenToTones],
    ['stop', 'Tells no more which keys somebody in a call presses.', ignoreTones],
  ] as const;
  return [
    ...continuous.map(([verb, summary, act]) =>
      operation({
        ...changesCall,
        ...done,
        name: `calls-${verb}-tones`,
        contract: `callMedia.${verb}ContinuousDtmfRecognition`,
        summary,
        route: `POST ${ofCall}:${verb}ContinuousDtmfRecognition`,
        body: AboutOneRequest,
        answer: async (input) => {
          const { body } = input;
          const asked = { ...toAsked(input, body), who: body.targetParticipant };
          return chained(200, (await act(parts, asked)).correlationId);
        },
      }),
    ),
    operation({
      ...changesCall,
      name: 'calls-send-tones',
      contract: 'callMedia.sendDtmfTones',
      summary: 'Presses keys for somebody in a call to hear.',
      route: `POST ${ofCall}:sendDtmfTones`,
      body: SendTonesRequest,
      answers: { 202: Echo },
      answerHeaders: { 202: [chainHeader] },
      answer: async (input) => {
        const { body, request } = input;
        const { tones, targetParticipant: who } = body;
        const { correlationId } = await sendTones(parts, { ...toAsked(input, body), who, tones });
        return chained(202, correlationId, echo(body), request);
      },
    }),
  ];
}

function held(parts: CallingParts): Operation[] {
  return [
    operation({
      ...changesCall,
      ...done,
      name: 'calls-hold',
      contract: 'callMedia.hold',
      summary: 'Puts somebody in a call on hold.',
      route: `POST ${ofCall}:hold`,
      body: HoldRequest,
      answer: async (input) => {
        const { body } = input;
        const asked = { ...toAsked(input, body), who: body.targetParticipant, music: body.playSourceInfo };
        return chained(200, (await holdParticipant(parts, asked)).correlationId);
      },
    }),
    operation({
      ...changesCall,
      ...done,
      name: 'calls-unhold',
      contract: 'callMedia.unhold',
      summary: 'Takes somebody in a call off hold.',
      route: `POST ${ofCall}:unhold`,
      body: AboutOneRequest,
      answer: async (input) => {
        const { body } = input;
        const asked = { ...toAsked(input, body), who: body.targetParticipant };
        return chained(200, (await unholdParticipant(parts, asked)).correlationId);
      },
    }),
  ];
}

function streamed(parts: CallingParts): Operation[] {
  const streaming = [
    ['start', 'Begins to stream the sound of a call to an application.', startMediaStreaming],
    ['stop', 'Ends the stream of the sound of a call.', stopMediaStreaming],
  ] as const;
  const transcription = [
    ['start', 'Begins to tell an application what is said in a call.', startTranscription],
    ['stop', 'Tells no more what is said in a call.', stopTranscription],
    ['update', 'Changes in which language a call is understood.', updateTranscription],
  ] as const;
  return [
    ...streaming.map(([verb, summary, act]) =>
      operation({
        ...changesCall,
        ...begun,
        name: `calls-${verb}-streaming`,
        contract: `callMedia.${verb}MediaStreaming`,
        summary,
        route: `POST ${ofCall}:${verb}MediaStreaming`,
        body: AskedRequest,
        answer: async (input) => chained(202, (await act(parts, toAsked(input, input.body))).correlationId),
      }),
    ),
    ...transcription.map(([verb, summary, act]) =>
      operation({
        ...changesCall,
        ...begun,
        name: `calls-${verb}-transcription`,
        contract: `callMedia.${verb}Transcription`,
        summary,
        route: `POST ${ofCall}:${verb}Transcription`,
        body: TranscriptionRequest,
        answer: async (input) => {
          const { locale, speechModelEndpointId: modelEndpointId, ...body } = input.body;
          return chained(202, (await act(parts, { ...toAsked(input, body), locale, modelEndpointId })).correlationId);
        },
      }),
    ),
  ];
}
