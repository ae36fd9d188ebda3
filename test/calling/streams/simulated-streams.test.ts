import { createOutboundAudioData, createOutboundStopAudioData } from '@azure/communication-call-automation';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaEvent } from '../../../shared/calling/media-events.js';
import type { Call } from '../../../shared/calling/model.js';
import { alice, bob, call, says, StreamScene } from './stream-scene.js';

let scene: StreamScene;

beforeEach(async () => {
  scene = await StreamScene.start();
});
afterEach(() => scene.stop());

describe('Sound that is streamed to an application', () => {
  it('comes over a connection that says who it is, with its format first, and is reported as begun', async () => {
    await scene.streams.start(call, scene.soundOrder());
    const { headers, of } = await scene.receiver.taken();
    await scene.reported({ is: 'stream-started', stream: 'sound' });
    expect(headers).toMatchObject({
      authorization: `Bearer token-of-${call.resourceId}`,
      'x-ms-call-connection-id': 'connection',
      'x-ms-call-correlation-id': call.correlationId,
    });
    await scene.eventually(() => expect(of('AudioMetadata')).toMatchObject([{ subscriptionId: 'sound' }]));
  });

  it('is what people say, then silence, at the time of the product; keys come beside it', async () => {
    await scene.streams.start(call, scene.soundOrder());
    const stream = await scene.receiver.taken();
    scene.streams.happened(call, says('Good morning'));
    scene.streams.happened(call, { is: 'tone', who: bob, tone: 'pound' });
    await scene.eventually(() => {
      expect(stream.of('DtmfData')).toEqual([{ data: '#' }]);
      expect(stream.sound().length).toBeGreaterThan(25_000);
      expect(stream.of('AudioData').at(-1)).toMatchObject({
        isSilent: true,
        participant: undefined,
        timestamp: '2026-11-30T00:53:20.000Z',
      });
    });
    expect(stream.messages[0]?.kind).toBe('AudioMetadata');
  });

  it('flows fifty times a second where it lasts as long as it takes, silent too, and skips what nobody took', async () => {
    scene.open(true);
    await scene.streams.start(call, scene.soundOrder({ channels: 'unmixed' }));
    const { of } = await scene.receiver.taken();
    await scene.reported({ is: 'stream-started' });
    scene.now += 200;
    scene.tick();
    await scene.eventually(() => expect(of('AudioData')).toHaveLength(20));
    scene.now += 60_000;
    await scene.eventually(() => expect(of('AudioData')).toHaveLength(20 + 100));
    scene.now += 20;
    await scene.eventually(() => expect(of('AudioData').length).toBeGreaterThanOrEqual(20 + 100 + 2));
    expect(of('AudioData')).toHaveLength(20 + 100 + 2);
    expect(of('AudioData').at(-1)).toMatchObject({ participant: { phoneNumber: '+15551281002' }, isSilent: true });
  });

  it('is of those who are heard: not of whoever is muted, on hold or gone', async () => {
    await scene.streams.start(call, scene.soundOrder());
    const stream = await scene.receiver.taken();
    const [first, second] = call.participants as [Call['participants'][0], Call['participants'][0]];
    scene.streams.happened({ ...call, participants: [{ ...first, isMuted: true }, second] }, says('Muted'));
    scene.streams.happened({ ...call, participants: [{ ...first, isOnHold: true }, second] }, says('Held'));
    scene.streams.happened({ ...call, participants: [second] }, says('Gone'));
    scene.streams.happened(call, { is: 'tone', who: alice, tone: 'one' });
    await scene.eventually(() => expect(stream.of('DtmfData')).toHaveLength(1));
    expect(stream.of('AudioData')).toEqual([]);
  });

  it('ends with the order, which is reported, and with the call, which is not', async () => {
    await scene.streams.start(call, scene.soundOrder());
    await scene.streams.start(call, scene.wordsOrder());
    const sound = await scene.receiver.taken();
    await scene.receiver.taken(1);
    await scene.eventually(() => expect(scene.reports).toHaveLength(2));
    await scene.streams.stop(call, 'sound');
    await scene.eventually(() => expect(scene.reports.at(-1)).toEqual({ is: 'stream-stopped', stream: 'sound' }));
    await scene.streams.end(call);
    await scene.eventually(() =>
      expect(scene.receiver.streams.map(({ closedWith }) => closedWith)).toEqual([1000, 1000]),
    );
    await scene.streams.settleAll();
    expect(scene.reports).toHaveLength(3);
    expect(scene.streams.size).toBe(0);
    expect(sound.closedWith).toBe(1000);
  });

  it('is opened once where the order comes twice, and again after it was stopped', async () => {
    await scene.streams.start(call, scene.soundOrder());
    await scene.streams.start(call, scene.soundOrder());
    await scene.reported({ is: 'stream-started' });
    await scene.streams.stop(call, 'sound');
    await scene.streams.start(call, scene.soundOrder());
    await scene.reported({ is: 'stream-started' }, { is: 'stream-stopped' }, { is: 'stream-started' });
    expect(scene.receiver.streams).toHaveLength(2);
  });
});

describe('What an application says', () => {
  it('is heard by those who are there, word for word where it says what it has heard', async () => {
    scene.receiver.onMessage = ({ socket }, { kind, parsed }) => {
      if (kind === 'AudioData') {
        socket.send(createOutboundAudioData(String(parsed['data'])));
      }
    };
    await scene.streams.start(call, scene.soundOrder());
    await scene.receiver.taken();
    scene.streams.happened(call, says('Can you hear me?'));
    await scene.eventually(() =>
      expect(scene.heard()?.words).toEqual([{ text: 'Can you hear me?', by: [alice, bob] }]),
    );
    expect(scene.heard()?.durationMs).toBeGreaterThanOrEqual(1_066);
  });

  it('is heard as long as it lasts, and not any more when the application stops it', async () => {
    scene.open(true);
    await scene.streams.start(call, scene.soundOrder());
    const { socket } = await scene.receiver.taken();
    socket.send(createOutboundAudioData(Buffer.alloc(64_000, 1).toString('base64')));
    await scene.eventually(() => {
      scene.now += 1;
      expect(scene.heard()?.durationMs).toBeGreaterThan(0);
    });
    socket.send(createOutboundStopAudioData());
    await scene.eventually(() => expect(scene.heard()?.stops).toBe(1));
    const until = scene.heard()?.durationMs;
    expect(until).toBeLessThan(2_000);
    scene.now += 10_000;
    scene.tick();
    expect(scene.heard()?.durationMs).toBe(until);
  });

  it('is heard by nobody where the stream goes one way', async () => {
    await scene.streams.start(call, scene.soundOrder({ isBidirectional: false }));
    const { socket } = await scene.receiver.taken();
    socket.send(createOutboundAudioData(Buffer.alloc(640).toString('base64')));
    socket.close(4_000);
    await scene.reported({ is: 'stream-started' }, { is: 'stream-started', isAgain: true });
    expect(scene.heard()?.durationMs).toBe(0);
  });

  it('waits at the application when it says 100 MB faster than anybody can hear', async () => {
    scene.open(true);
    await scene.streams.start(call, scene.soundOrder());
    const { socket } = await scene.receiver.taken();
    await scene.reported({ is: 'stream-started' });
    const before = process.memoryUsage().arrayBuffers;
    const message = createOutboundAudioData(Buffer.alloc(750_000).toString('base64'));
    let sent = 0;
    for (let stuck = 0; sent < 100 * 1_048_576 && stuck < 500; ) {
      stuck = socket.bufferedAmount === 0 ? 0 : stuck + 1;
      if (stuck === 0) {
        socket.send(message);
        sent += message.length;
      }
      scene.tick();
      await turn();
    }
    // Five minutes of sound, in Base64, and what lies on the way.
    expect(sent).toBeGreaterThan((5 * 60 * 32_000 * 4) / 3);
    expect(sent).toBeLessThan(30_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    socket.terminate();
  });
});

describe('Transcripts that are streamed to an application', () => {
  it('begin with their language, which may change, and say who said what', async () => {
    await scene.streams.start(call, scene.wordsOrder({ hasIntermediate: true }));
    const { of } = await scene.receiver.taken();
    scene.streams.happened(call, { ...says('I would like to book a table.', bob), confidence: 0.7 } as MediaEvent);
    await scene.streams.update(call, {
      do: 'update-transcript',
      stream: 'words',
      connection: 'connection',
      locale: 'fr-FR',
    });
    await scene.eventually(() => {
      expect(of('TranscriptionMetadata')).toMatchObject([{ locale: 'en-US' }, { locale: 'fr-FR' }]);
      expect(of('TranscriptionData')).toMatchObject([
        { text: 'i would like', resultState: 'Intermediate' },
        { text: 'i would like to book a', resultState: 'Intermediate' },
        {
          text: 'I would like to book a table.',
          resultState: 'Final',
          confidence: 0.7,
          participant: { phoneNumber: '+15551281002' },
        },
      ]);
    });
  });

  it('come when it was said, where that takes its time', async () => {
    scene.open(true);
    await scene.streams.start(call, scene.wordsOrder());
    const { of } = await scene.receiver.taken();
    await scene.reported({ is: 'stream-started' });
    scene.streams.happened(call, says('x'.repeat(30)));
    scene.streams.happened(call, says('y'.repeat(15)));
    scene.now += 1_999;
    scene.tick();
    await turn();
    expect(of('TranscriptionData')).toEqual([]);
    scene.now += 1;
    await scene.eventually(() => expect(of('TranscriptionData')).toHaveLength(1));
    scene.now += 1_000;
    await scene.eventually(() =>
      expect(of('TranscriptionData')[1]).toMatchObject({ offsetInTicks: 20_000_000, durationInTicks: 10_000_000 }),
    );
  });
});
