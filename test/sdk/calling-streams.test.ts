import {
  type CallConnection,
  createOutboundAudioData,
  createOutboundStopAudioData,
} from '@azure/communication-call-automation';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type MediaReceiver, startMediaReceiver } from '../calling/media-receiver.js';
import { CallingScene } from '../calling/sdk-scene.js';

interface Heard {
  readonly streams: readonly {
    readonly sampleRate: number;
    readonly durationMs: number;
    readonly stops: number;
    readonly words: readonly { readonly text: string; readonly by: readonly string[] }[];
    readonly sound?: string;
  }[];
}

let scene: CallingScene;
let media: MediaReceiver;
const made: CallConnection[] = [];
const heard = (call: string, more: object = {}) =>
  scene.emulator.stage('calling', 'heard', { call, ...more }) as Promise<Heard>;
const streaming = (more: object = {}) => ({
  mediaStreamingOptions: {
    transportUrl: media.url,
    transportType: 'websocket',
    contentType: 'audio',
    audioChannelType: 'mixed',
    startMediaStreaming: true,
    enableBidirectional: true,
    ...more,
  },
});
const transcription = (more: object = {}) => ({
  callIntelligenceOptions: { cognitiveServicesEndpoint: 'https://speech.example.com' },
  transcriptionOptions: { transportUrl: media.url, transportType: 'websocket', locale: 'en-US', ...more },
});
const connected = async (options: object) => {
  const call = await scene.connected(options);
  made.push(call.connection);
  return call;
};

beforeAll(async () => {
  scene = await CallingScene.start();
});
afterAll(() => scene?.stop());
beforeEach(async () => {
  media = await startMediaReceiver();
});
afterEach(async () => {
  await Promise.all(made.splice(0).map((connection) => connection.hangUp(true)));
  await media.close();
});

describe('Media streaming through the official client', () => {
  it('opens a WebSocket with a token that the documents of the resource verify for a day', async () => {
    const { id } = await connected(streaming());
    const { headers } = await media.taken();
    const event = await scene.receiver.waitFor('MediaStreamingStarted', id);
    expect(event.data).toMatchObject({
      mediaStreamingUpdate: {
        contentType: 'audio',
        mediaStreamingStatus: 'mediaStreamingStarted',
        mediaStreamingStatusDetails: 'subscriptionStarted',
      },
    });
    expect(headers).toMatchObject({
      'x-ms-call-connection-id': id,
      'x-ms-call-correlation-id': event.data.correlationId,
    });
    const keys = createRemoteJWKSet(new URL('calling/keys', scene.europe.endpoint.replace('https:', 'http:')));
    const { payload } = await jwtVerify(String(headers.authorization).replace('Bearer ', ''), keys, {
      algorithms: ['RS256'],
      issuer: 'https://acscallautomation.communication.azure.com',
      audience: scene.europe.immutableResourceId,
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(24 * 60 * 60);
  });

  it('brings what is said and pressed, and what the application says back is heard, word for word', async () => {
    const { id, target } = await connected(streaming({ audioFormat: 'Pcm24KMono', enableDtmfTones: true }));
    media.onMessage = ({ socket }, { kind, parsed }) => {
      if (kind === 'AudioData' && parsed['isSilent'] === false) {
        socket.send(createOutboundAudioData(String(parsed['data'])));
      }
    };
    await scene.receiver.waitFor('MediaStreamingStarted', id);
    const stream = await media.taken();
    const who = target.phoneNumber;
    await scene.emulator.stage('calling', 'press', { who, keys: '7#' });
    await scene.emulator.stage('calling', 'say', { who, text: 'Echo me' });
    const said = await heard(id, { words: 'Echo me', sound: true });
    expect(said.streams).toMatchObject([
      { sampleRate: 24_000, stops: 0, words: [{ text: 'Echo me', by: [`4:${who}`] }] },
    ]);
    expect(Buffer.from(String(said.streams[0]?.sound), 'base64').length).toBeGreaterThan(20_000);
    expect(stream.of('DtmfData')).toEqual([{ data: '7' }, { data: '#' }]);
    expect(stream.of('AudioMetadata')).toMatchObject([{ sampleRate: 24_000, channels: 1, encoding: 'PCM' }]);
    // Silence flows too: fifty packets a second, whether anybody speaks or not.
    expect(stream.of('AudioData').some(({ isSilent }) => isSilent === true)).toBe(true);
    stream.socket.send(createOutboundAudioData(Buffer.alloc(48_000 * 20).toString('base64')));
    stream.socket.send(createOutboundStopAudioData());
    await expect.poll(async () => (await heard(id)).streams[0]?.stops).toBe(1);
    expect((await heard(id)).streams[0]?.durationMs).toBeLessThan(10_000);
  });

  it('begins and ends when it is asked to, and with the call', async () => {
    const { id, connection } = await connected(streaming({ startMediaStreaming: false }));
    const calling = connection.getCallMedia();
    await expect(calling.stopMediaStreaming()).rejects.toMatchObject({ statusCode: 400, code: '8585' });
    await calling.startMediaStreaming({ operationContext: 'begin' });
    expect(await scene.receiver.waitFor('MediaStreamingStarted', id)).toMatchObject({
      data: { operationContext: 'begin' },
    });
    await calling.stopMediaStreaming({ operationContext: 'end' });
    expect(await scene.receiver.waitFor('MediaStreamingStopped', id)).toMatchObject({
      data: {
        operationContext: 'end',
        mediaStreamingUpdate: { mediaStreamingStatusDetails: 'subscriptionStopped' },
      },
    });
    await calling.startMediaStreaming();
    const stream = await media.taken(1);
    await connection.hangUp(true);
    made.splice(0);
    await expect.poll(() => stream.closedWith).toBe(1000);
  });

  it('fails where nobody takes it, and the call goes on', async () => {
    media.refuses = () => 401;
    const { id, connection } = await connected(streaming());
    const { data } = await scene.receiver.waitFor('MediaStreamingFailed', id);
    expect(data).toMatchObject({
      mediaStreamingUpdate: {
        mediaStreamingStatus: 'mediaStreamingFailed',
        mediaStreamingStatusDetails: 'authenticationFailure',
      },
    });
    expect(await connection.getCallConnectionProperties()).toMatchObject({ callConnectionState: 'connected' });
  });

  it('goes on where its connection breaks', async () => {
    const { id } = await connected(streaming());
    const { socket } = await media.taken();
    await scene.receiver.waitFor('MediaStreamingStarted', id);
    socket.terminate();
    await media.taken(1);
    await expect
      .poll(() => scene.receiver.events.filter(({ data }) => data.callConnectionId === id).at(-1)?.data)
      .toMatchObject({ mediaStreamingUpdate: { mediaStreamingStatusDetails: 'streamConnectionReestablished' } });
  });
});

describe('Transcription through the official client', () => {
  it('writes down what is said, in another language when it is asked to', async () => {
    const { id, target, connection } = await connected(transcription({ enableIntermediateResults: true }));
    const calling = connection.getCallMedia();
    await calling.startTranscription({ operationContext: 'write' });
    expect(await scene.receiver.waitFor('TranscriptionStarted', id)).toMatchObject({
      data: { operationContext: 'write', transcriptionUpdate: { transcriptionStatus: 'transcriptionStarted' } },
    });
    const stream = await media.taken();
    await scene.emulator.stage('calling', 'say', { who: target.phoneNumber, text: 'I am new here.' });
    await expect
      .poll(() => stream.of('TranscriptionData'), { timeout: 10_000 })
      .toMatchObject([
        { text: 'i am new', resultState: 'Intermediate' },
        { text: 'I am new here.', resultState: 'Final', participant: { phoneNumber: target.phoneNumber } },
      ]);
    await calling.updateTranscription('de-DE');
    await expect
      .poll(() => stream.of('TranscriptionMetadata'))
      .toMatchObject([
        { locale: 'en-US', callConnectionId: id },
        { locale: 'de-DE', callConnectionId: id },
      ]);
    await calling.stopTranscription();
    await scene.receiver.waitFor('TranscriptionStopped', id);
    await expect.poll(() => stream.closedWith).toBe(1000);
  });

  it('fails where nobody takes it, by the name that ACS has for that, and can be started again', async () => {
    media.refuses = () => 500;
    const { id, connection } = await connected(transcription({ startTranscription: true }));
    const { data } = await scene.receiver.waitFor('TranscriptionFailed', id);
    expect(data).toMatchObject({
      transcriptionUpdate: {
        transcriptionStatus: 'transcriptionFailed',
        transcriptionStatusDetails: 'streamConnectionUnsuccessful',
      },
    });
    media.refuses = undefined;
    await connection.getCallMedia().startTranscription({ locale: 'en-GB' });
    await scene.receiver.waitFor('TranscriptionStarted', id);
    const stream = await media.taken();
    await expect.poll(() => stream.of('TranscriptionMetadata')).toMatchObject([{ locale: 'en-GB' }]);
  });
});

describe('The example of a voice bot', () => {
  it('takes a call, says back and writes down what it hears, stops when it is told to, and believes nobody else', async () => {
    const { emulator, europe } = scene;
    const bot = spawn(process.execPath, ['examples/voice-bot/bot.mjs'], {
      env: {
        NODE_EXTRA_CA_CERTS: emulator.ready.ca,
        ACS_CONNECTION_STRING: europe.connectionString,
        ACS_RESOURCE_ID: europe.immutableResourceId,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface(bot.stdout).on('line', (line) => lines.push(line));
    const said = (words: string) => expect.poll(() => lines.join('\n'), { timeout: 10_000 }).toContain(words);
    const who = scene.newNumber().phoneNumber;
    try {
      await said('The bot takes events at ');
      const endpoint = String(lines[0]?.split(' ').at(-1));
      const types = ['Microsoft.Communication.IncomingCall'];
      await emulator.stage('events', 'subscribe', { name: 'bot', endpoint, types });
      await emulator.stage('calling', 'incoming', { from: who, to: europe.phoneNumber });
      await said('MediaStreamingStarted (subscriptionStarted)');
      await said('TranscriptionStarted (subscriptionStarted)');
      const call = String(/^(\S+) MediaStreamingStarted/m.exec(lines.join('\n'))?.[1]);
      await emulator.stage('calling', 'say', { who, text: 'Are you a bot?' });
      await said(`${call} ${who}: Are you a bot?`);
      const { streams } = await heard(call, { words: 'Are you a bot?' });
      expect(streams).toMatchObject([{ stops: 0, words: [{ by: [`4:${who}`] }] }]);
      await emulator.stage('calling', 'press', { who, keys: '*' });
      await said(`${call} stopped`);
      await expect.poll(async () => (await heard(call)).streams[0]?.stops).toBe(1);

      const callbacks = endpoint.replace('/events', '/callbacks');
      expect((await fetch(callbacks, { method: 'POST', body: '[]' })).status).toBe(401);
      const stranger = new WebSocket(endpoint.replace('http', 'ws').replace('/events', '/sound'));
      const refused = new Promise((resolve) => stranger.once('error', resolve));
      expect(String(await refused)).toContain('401');
      await emulator.stage('calling', 'hang-up', { who });
      await said(`${call} CallDisconnected`);
    } finally {
      await emulator.stage('events', 'unsubscribe', { name: 'bot' });
      bot.kill();
    }
  });
});
