import { type CallConnection, DtmfTone } from '@azure/communication-call-automation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMediaReceiver } from '../calling/media-receiver.js';
import { CallingScene } from '../calling/sdk-scene.js';

let scene: CallingScene;
let emulator: CallingScene['emulator'];
let receiver: CallingScene['receiver'];

const voice = { callIntelligenceOptions: { cognitiveServicesEndpoint: 'https://speech.example.com' } };
const only = async (connection: CallConnection) => (await connection.listParticipants()).values?.[0]?.identifier;

beforeAll(async () => {
  scene = await CallingScene.start();
  ({ emulator, receiver } = scene);
});
afterAll(() => scene?.stop());

describe('The media of the official client of call automation', () => {
  it('plays, and hears when that began and ended', async () => {
    const { connection, id } = await scene.connected(voice);
    const media = connection.getCallMedia();
    await media.playToAll([{ kind: 'fileSource', url: 'https://example.com/a.wav?seconds=0.2' }], {
      operationContext: 'music',
    });
    expect(await receiver.waitFor('PlayCompleted', id)).toMatchObject({ data: { operationContext: 'music' } });
    await media.play([{ kind: 'textSource', text: 'Hi' }], [(await only(connection)) as never]);
    await media.playToAll([{ kind: 'ssmlSource', ssmlText: '<speak>Hi</speak>' }], { loop: true });
    await media.cancelAllOperations();
    await receiver.waitFor('PlayCanceled', id);
    expect(receiver.typesOf(id).slice(2, 4)).toEqual(['PlayStarted', 'PlayCompleted']);
    await connection.hangUp(true);
  });

  it('is refused text without a service that speaks it', async () => {
    const { connection } = await scene.connected();
    const play = connection.getCallMedia().playToAll([{ kind: 'textSource', text: 'Hello' }]);
    await expect(play).rejects.toMatchObject({ statusCode: 400, code: '8567' });
    await connection.hangUp(true);
  });

  it('recognises keys, choices and speech', async () => {
    const { connection, id, target } = await scene.connected(voice);
    const media = connection.getCallMedia();
    const who = target.phoneNumber;
    const recognised = async (count: number) => {
      await expect.poll(() => receiver.typesOf(id).filter((type) => type === 'RecognizeCompleted').length).toBe(count);
      return receiver.events
        .filter((event) => event.type.endsWith('RecognizeCompleted') && event.data.callConnectionId === id)
        .at(-1)?.data;
    };
    await media.startRecognizing(target, {
      kind: 'callMediaRecognizeDtmfOptions',
      maxTonesToCollect: 4,
      stopDtmfTones: [DtmfTone.Pound],
      operationContext: 'pin',
    });
    await emulator.stage('calling', 'press', { who, keys: '12#' });
    expect(await recognised(1)).toMatchObject({
      operationContext: 'pin',
      recognitionType: 'dtmf',
      dtmfResult: { tones: ['one', 'two'] },
      resultInformation: { code: 200, subCode: 8533 },
    });
    await media.startRecognizing(target, {
      kind: 'callMediaRecognizeChoiceOptions',
      choices: [
        { label: 'Yes', phrases: ['yes', 'sure'], tone: DtmfTone.One },
        { label: 'No', phrases: ['no'], tone: DtmfTone.Two },
      ],
    });
    await emulator.stage('calling', 'say', { who, text: 'Sure.' });
    expect(await recognised(2)).toMatchObject({
      recognitionType: 'choices',
      choiceResult: { label: 'Yes', recognizedPhrase: 'sure' },
    });
    await media.startRecognizing(target, { kind: 'callMediaRecognizeSpeechOptions' });
    await emulator.stage('calling', 'say', { who, text: 'I want tea' });
    expect(await recognised(3)).toMatchObject({ recognitionType: 'speech', speechResult: { speech: 'I want tea' } });
    await emulator.stage('calling', 'callee', { who, presses: '7' });
    await media.startRecognizing(target, { kind: 'callMediaRecognizeSpeechOrDtmfOptions', maxTonesToCollect: 1 });
    expect(await recognised(4)).toMatchObject({ dtmfResult: { tones: ['seven'] } });
    await connection.hangUp(true);
  });

  it('hears of silence', async () => {
    const { connection, id, target } = await scene.connected();
    await connection.getCallMedia().startRecognizing(target, {
      kind: 'callMediaRecognizeDtmfOptions',
      maxTonesToCollect: 1,
      initialSilenceTimeoutInSeconds: 1,
    });
    expect(await receiver.waitFor('RecognizeFailed', id)).toMatchObject({
      data: { resultInformation: { code: 400, subCode: 8510 } },
    });
    await connection.hangUp(true);
  });

  it('listens to keys all the time, and sends some', async () => {
    const { connection, id, target } = await scene.connected();
    const media = connection.getCallMedia();
    await media.startContinuousDtmfRecognition(target, { operationContext: 'keys' });
    await emulator.stage('calling', 'press', { who: target.phoneNumber, keys: '5*' });
    await expect
      .poll(() => receiver.typesOf(id).filter((type) => type === 'ContinuousDtmfRecognitionToneReceived'))
      .toHaveLength(2);
    const tones = receiver.events.filter(({ type }) => type.endsWith('ToneReceived')).map(({ data }) => data);
    expect(tones).toMatchObject([
      { sequenceId: 1, tone: 'five', operationContext: 'keys' },
      { sequenceId: 2, tone: 'asterisk' },
    ]);
    await media.stopContinuousDtmfRecognition(target);
    await receiver.waitFor('ContinuousDtmfRecognitionStopped', id);
    expect(await media.sendDtmfTones(['one'], target, { operationContext: 'sent' })).toMatchObject({
      operationContext: 'sent',
    });
    await receiver.waitFor('SendDtmfTonesCompleted', id);
    await connection.hangUp(true);
  });

  it('begins and ends streams and transcripts', async () => {
    const application = await startMediaReceiver();
    const { connection, id } = await scene.connected({
      mediaStreamingOptions: {
        transportUrl: application.url,
        transportType: 'websocket',
        contentType: 'audio',
        audioChannelType: 'mixed',
      },
      transcriptionOptions: {
        transportUrl: application.url,
        transportType: 'websocket',
        locale: 'en-US',
        startTranscription: true,
      },
    });
    const media = connection.getCallMedia();
    await receiver.waitFor('TranscriptionStarted', id);
    await media.updateTranscription('de-AT');
    expect(await receiver.waitFor('TranscriptionUpdated', id)).toMatchObject({
      data: { transcriptionUpdate: { transcriptionStatusDetails: 'transcriptionLocaleUpdated' } },
    });
    await media.stopTranscription();
    await receiver.waitFor('TranscriptionStopped', id);
    await media.startTranscription({ locale: 'en-GB' });
    await media.startMediaStreaming({ operationContext: 'sound' });
    expect(await receiver.waitFor('MediaStreamingStarted', id)).toMatchObject({
      data: {
        operationContext: 'sound',
        mediaStreamingUpdate: { mediaStreamingStatus: 'mediaStreamingStarted', contentType: 'audio' },
      },
    });
    expect(await connection.getCallConnectionProperties()).toMatchObject({
      mediaStreamingSubscription: { state: 'active' },
      transcriptionSubscription: { locale: 'en-GB' },
    });
    await media.stopMediaStreaming();
    await receiver.waitFor('MediaStreamingStopped', id);
    await connection.hangUp(true);
    await application.close();
  });
});
