// Every operation of calls, called so that each of its answers is seen.
import { vi } from 'vitest';
import { Offers } from '../../shared/calling/index.js';
import { startReceiver } from '../calling/callback-receiver.js';
import { callingOf, callTo, ownNumber, seedNumber, toNumber } from '../calling/calls-app.js';
import { startMediaReceiver } from '../calling/media-receiver.js';
import type { Scene } from './scene.js';

export async function playCalls(scene: Scene): Promise<void> {
  const receiver = await startReceiver();
  const media = await startMediaReceiver();
  try {
    await seedNumber(scene.app);
    await playIncoming(scene, receiver.url);
    await playOutgoing(scene, receiver.url, media.url);
  } finally {
    await receiver.close();
    await media.close();
  }
}

async function playOutgoing({ call, asMediaServer }: Scene, callbackUri: string, transportUrl: string): Promise<void> {
  const [one, two] = [toNumber('+15551230001'), toNumber('+15551230002')];
  const stream = { transportType: 'websocket', transportUrl };
  const made = await call('calls-create', {
    body: callTo([one, two], callbackUri, {
      mediaStreamingOptions: { ...stream, audioChannelType: 'mixed' },
      transcriptionOptions: { ...stream, locale: 'en-US' },
    }),
  });
  const params = { callConnectionId: String(made.body.callConnectionId) };
  const stands = async (field: string, state: string) =>
    vi.waitFor(async () => {
      const { body } = await call('calls-get', { params });
      if ((field === '' ? body.callConnectionState : body[field].state) !== state) {
        throw new Error('Not yet.');
      }
    }, 10_000);
  await stands('', 'connected');
  await call('calls-list-participants', { params });
  await call('calls-get-participant', { params: { ...params, participantRawId: one.rawId } });
  const about = (name: string, target: object, more: object = {}) =>
    call(name, { params, body: { targetParticipant: target, ...more } });
  const added = { participantToAdd: toNumber('+15551230003'), sourceCallerIdNumber: { value: ownNumber } };
  await call('calls-add-participant', { params, body: added });
  await call('calls-cancel-add-participant', { params, body: { invitationId: 'none' } });
  await call('calls-mute-participant', { params, body: { targetParticipants: [one] } });
  await about('calls-hold', one);
  await about('calls-unhold', one);
  await about('calls-start-tones', one);
  await about('calls-stop-tones', one);
  await about('calls-send-tones', one, { tones: ['one'] });
  const playSources = [{ kind: 'file', file: { uri: 'https://example.com/a.wav' } }];
  await call('calls-play', { params, body: { playSources } });
  const recognizeOptions = { targetParticipant: one, dtmfOptions: { maxTonesToCollect: 1 } };
  await call('calls-recognize', { params, body: { recognizeInputType: 'dtmf', recognizeOptions } });
  await call('calls-cancel-media', { params });
  await call('calls-start-streaming', { params, body: {} });
  await stands('mediaStreamingSubscription', 'active');
  await call('calls-stop-streaming', { params, body: {} });
  await call('calls-start-transcription', { params, body: {} });
  await stands('transcriptionSubscription', 'active');
  await call('calls-update-transcription', { params, body: { locale: 'de-AT' } });
  await call('calls-stop-transcription', { params, body: {} });
  const group = { kind: 'groupCallLocator', groupCallId: '29228d3e-040e-4656-a70e-890ab4e173e5' };
  const other = await call('calls-connect', { body: { callLocator: group, callbackUri } });
  const there = { callConnectionId: String(other.body.callConnectionId) };
  const event = { call: 'none', event: { is: 'alive' } };
  await call('calls-media-events', asMediaServer({ events: [event] }));
  await vi.waitFor(async () => {
    const moving = { targetParticipants: [two], fromCall: params.callConnectionId };
    await call('calls-move-participants', { params: there, body: moving });
  }, 10_000);
  await call('calls-remove-participant', { params, body: { participantToRemove: toNumber('+15551230003') } });
  await about('calls-transfer', toNumber('+15551230004'));
  await call('calls-hang-up', { params: there });
  await call('calls-terminate', { params: there }).catch(() => undefined);
  const last = await call('calls-create', { body: callTo([one], callbackUri) });
  await call('calls-terminate', { params: { callConnectionId: String(last.body.callConnectionId) } });
  await call('calls-callback-configuration');
}

async function playIncoming({ app, call, asMediaServer }: Scene, callbackUri: string): Promise<void> {
  const offers = new Offers(app.signingKeys);
  const context = async (id: string) => {
    const incoming = { id: `incoming-${id}`, from: toNumber('+15551230009'), to: toNumber(ownNumber) };
    const { body } = await call('calls-media-incoming', asMediaServer(incoming));
    const [resourceId = '', key = ''] = String(body.call).split('.');
    const { offer } = await callingOf(app).calls.get(resourceId, key);
    return offers.issue({ resourceId, key, nonce: String(offer?.nonce) }, app.clock.now() + 60_000);
  };
  const answered = { incomingCallContext: await context('one'), callbackUri };
  const { body } = await call('calls-answer', { body: answered });
  await call('calls-terminate', { params: { callConnectionId: String(body.callConnectionId) } });
  const target = toNumber('+15551230008');
  await call('calls-redirect', { body: { incomingCallContext: await context('two'), target } });
  await call('calls-reject', { body: { incomingCallContext: await context('three') } });
}
