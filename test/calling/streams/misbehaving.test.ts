import { createOutboundAudioData } from '@azure/communication-call-automation';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxRubbish, maxStreams, maxUnsentBytes } from '../../../shared/calling/simulator/streams/limits.js';
import { Outgoing } from '../../../shared/outgoing/index.js';
import { call, says, StreamScene } from './stream-scene.js';

let scene: StreamScene;

beforeEach(async () => {
  scene = await StreamScene.start();
});
afterEach(() => scene.stop());

describe('An application that does not behave', () => {
  it('is closed for a message of 100 MB, and the stream has failed', async () => {
    await scene.streams.start(call, scene.soundOrder());
    const { socket } = await scene.receiver.taken();
    socket.send(Buffer.alloc(100 * 1_048_576, 'x').toString());
    await scene.reported({ is: 'stream-started' }, { is: 'stream-failed', details: 'streamConnectionInterrupted' });
    expect(scene.streams.size).toBe(0);
    expect(scene.receiver.streams).toHaveLength(1);
  });

  it('may talk rubbish, but not without end', async () => {
    await scene.streams.start(call, scene.soundOrder());
    const { socket } = await scene.receiver.taken();
    for (let count = 0; count < maxRubbish; count++) {
      socket.send(count % 2 === 0 ? 'rubbish' : Buffer.from([0xff, count]));
    }
    socket.send(createOutboundAudioData(Buffer.alloc(640).toString('base64')));
    await scene.eventually(() => expect(scene.heard()?.durationMs).toBe(20));
    socket.send('one too many');
    await scene.reported({ is: 'stream-started' }, { is: 'stream-failed', details: 'streamConnectionInterrupted' });
  });

  it('that closes is connected to again, a bounded number of times', async () => {
    scene.receiver.onConnect = ({ socket }) => setTimeout(() => socket.terminate(), 1);
    await scene.streams.start(call, scene.soundOrder());
    const again = { is: 'stream-started', isAgain: true };
    await scene.reported({ is: 'stream-started' }, again, again, again, again, again, {
      is: 'stream-failed',
      details: 'streamConnectionInterrupted',
    });
    expect(scene.receiver.streams).toHaveLength(6);
  });

  it('gets each time the format first, and goes on hearing', async () => {
    await scene.streams.start(call, scene.soundOrder());
    (await scene.receiver.taken()).socket.terminate();
    const second = await scene.receiver.taken(1);
    scene.streams.happened(call, says('Still here'));
    await scene.eventually(() => expect(second.sound().length).toBeGreaterThan(20_000));
    expect(second.messages[0]?.kind).toBe('AudioMetadata');
  });

  it('that closes because it is done is left alone: the stream has stopped', async () => {
    await scene.streams.start(call, scene.soundOrder());
    (await scene.receiver.taken()).socket.close(1000);
    await scene.reported({ is: 'stream-started' }, { is: 'stream-stopped', stream: 'sound' });
    expect(scene.receiver.streams).toHaveLength(1);
  });

  it('that reads nothing is waited for with a bounded buffer, and given up after ten seconds', async () => {
    scene.open(true);
    await scene.streams.start(call, scene.soundOrder());
    const { socket } = await scene.receiver.taken();
    await scene.reported({ is: 'stream-started' });
    socket.pause();
    const client = process.memoryUsage().arrayBuffers;
    // Eight seconds of sound at a time, over and over: the way is full some time.
    for (let count = 0; count < 4_000 && scene.reports.length === 1; count++) {
      scene.now += 1_000;
      scene.tick();
      await turn();
    }
    expect(scene.reports.at(-1)).toMatchObject({ is: 'stream-failed', details: 'streamConnectionInterrupted' });
    expect(process.memoryUsage().arrayBuffers - client).toBeLessThan(32 * maxUnsentBytes);
    socket.terminate();
  });

  it.each([
    [401, 'authenticationFailure', 0],
    [403, 'forbidden', 0],
    [302, 'initialWebSocketConnectionFailed', 2],
    [500, 'initialWebSocketConnectionFailed', 2],
    [429, 'tooManyRequests', 2],
  ])('that answers %i is reported as %s', async (status, details, again) => {
    scene.receiver.refuses = () => status;
    await scene.streams.start(call, scene.soundOrder());
    await scene.reported({ is: 'stream-failed', stream: 'sound', details });
    expect(scene.waits).toHaveLength(again);
    expect(scene.streams.size).toBe(0);
  });

  it('is taken at the second try when it was not there at the first', async () => {
    let tries = 0;
    scene.receiver.refuses = () => (tries++ === 0 ? 503 : undefined);
    await scene.streams.start(call, scene.soundOrder());
    await scene.reported({ is: 'stream-started', stream: 'sound' });
    expect(scene.reports[0]).not.toHaveProperty('isAgain');
    expect(scene.waits).toEqual([250]);
  });

  it('is never asked at an address that must not be asked, also when a name leads there at the second look', async () => {
    const looks: string[] = [];
    const guard = new Outgoing({
      rule: { loopback: false, private: false },
      find: async (host) => {
        looks.push(host);
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    scene.open(false, guard);
    await scene.streams.start(call, scene.soundOrder());
    await scene.streams.start(call, scene.soundOrder({ stream: 'named', transportUrl: 'wss://bot.example.com/media' }));
    await scene.reported({ details: 'forbidden', stream: 'sound' }, { details: 'forbidden', stream: 'named' });
    expect(looks).toEqual(['bot.example.com']);
    expect(scene.receiver.streams).toEqual([]);
  });
});

describe('The streams of a process', () => {
  it('are closed as going away when it ends, and nothing is reported: whoever comes next makes them again', async () => {
    await scene.streams.start(call, scene.soundOrder());
    const stream = await scene.receiver.taken();
    await scene.reported({ is: 'stream-started' });
    await scene.streams.close();
    await scene.eventually(() => expect(stream.closedWith).toBe(1001));
    await scene.streams.start(call, scene.soundOrder({ stream: 'late' }));
    await scene.reported({ is: 'stream-started' }, { is: 'stream-failed', stream: 'late', details: 'serviceShutdown' });
  });

  it('are bounded', async () => {
    const refused = 'https://localhost/';
    await Promise.all(
      Array.from({ length: maxStreams + 1 }, (_, n) =>
        scene.streams.start(call, scene.soundOrder({ stream: String(n), transportUrl: refused })),
      ),
    );
    await scene.eventually(() =>
      expect(scene.reports).toContainEqual({
        is: 'stream-failed',
        stream: String(maxStreams),
        details: 'tooManyRequests',
      }),
    );
    await scene.eventually(() => expect(scene.streams.size).toBe(0));
  });
});
