// What of a stream outlives whoever serves it: the order, in the document of the call; and no token anywhere.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { httpMediaPlane } from '../../../shared/calling/http-media-plane.js';
import type { MediaOrder } from '../../../shared/calling/media-orders.js';
import type { Call, CallTask, Connection } from '../../../shared/calling/model.js';
import { newCall } from '../../../shared/calling/new-call.js';
import { adoptStreams } from '../../../shared/calling/simulator/streams/adopt-streams.js';
import { randomIds } from '../../../shared/time/ids.js';
import { startGeography } from '../../app/composed-app.js';
import { startReceiver } from '../callback-receiver.js';
import { callingOf, callTo, createCall, seedNumber, tend, toNumber } from '../calls-app.js';
import { startMediaReceiver } from '../media-receiver.js';

const call: Call = newCall(
  { key: 'b'.repeat(16), resourceId: randomIds.uuid(), origin: 'outgoing', address: 'https://localhost' },
  0,
  randomIds,
);
const sound = {
  transportUrl: 'ws://127.0.0.1:1/sound',
  channels: 'mixed',
  format: 'pcm16KMono',
  isBidirectional: true,
  hasTones: false,
} as const;
const words = { transportUrl: 'ws://127.0.0.1:1/words', locale: 'en-US', hasIntermediate: false } as const;
const connection = (id: string, more: Partial<Connection>): Connection => ({
  id,
  state: 'connected',
  callbackUri: 'http://127.0.0.1:1/',
  apiVersion: '2025-06-15',
  displayName: '',
  targets: [],
  tones: [],
  ...more,
});

async function* allOf(...calls: readonly Call[]) {
  yield* calls;
}

describe('After a start', () => {
  it('streams are made again that were on or were to begin, those that were to end have ended, others are left', async () => {
    const on = { state: 'active', ...sound } as const;
    const off = { state: 'inactive', ...sound } as const;
    const asked = (kind: CallTask['kind'], stream: string): CallTask => ({ id: stream, kind, connection: '', stream });
    const going: Call = {
      ...call,
      connections: [
        connection('one', {
          streaming: { id: 'sound', ...on },
          transcription: { id: 'words', state: 'active', ...words },
        }),
        connection('two', { streaming: { id: 'off', ...off } }),
        connection('three', { streaming: { id: 'there', ...on } }),
        connection('four', { streaming: { id: 'begins', ...off } }),
        connection('five', { streaming: { id: 'ends', ...on } }),
        connection('six', { state: 'connecting', streaming: { id: 'later', ...off } }),
      ],
      tasks: [asked('start-stream', 'begins'), asked('stop-stream', 'ends'), asked('start-stream', 'later')],
    };
    const done: unknown[] = [];
    await adoptStreams(allOf({ ...going, isOver: true }, going), {
      has: (stream) => stream === 'there',
      start: async (_, { connection: of, ...order }, isAgain) => {
        done.push([of, order, isAgain]);
      },
      stop: async (_, stream) => {
        done.push(stream);
      },
    });
    expect(done).toEqual([
      ['one', { do: 'start-stream', stream: 'sound', ...sound }, true],
      ['one', { do: 'start-transcript', stream: 'words', ...words }, true],
      ['four', { do: 'start-stream', stream: 'begins', ...sound }, false],
      'ends',
    ]);
  });

  it('an application is connected to within a minute, hears so, and hears the call', async () => {
    const [geography, media, receiver] = [await startGeography(), await startMediaReceiver(), await startReceiver()];
    try {
      const first = await geography.start();
      await seedNumber(first.app);
      const { callConnectionId: id } = await createCall(
        first,
        callTo([toNumber('+15551281009')], receiver.url, {
          mediaStreamingOptions: {
            transportUrl: media.url,
            transportType: 'websocket',
            contentType: 'audio',
            audioChannelType: 'mixed',
            startMediaStreaming: true,
          },
        }),
      );
      await receiver.waitFor('MediaStreamingStarted', id);
      await callingOf(first.app).stop?.(5_000);
      await expect.poll(() => media.streams[0]?.closedWith).toBe(1001);
      const second = await geography.start();
      await tend(second);
      await tend(second);
      const stream = await media.taken(1);
      await expect
        .poll(() => receiver.events.filter(({ type }) => type.endsWith('MediaStreamingStarted')).at(-1)?.data)
        .toMatchObject({
          callConnectionId: id,
          mediaStreamingUpdate: { mediaStreamingStatusDetails: 'streamConnectionReestablished' },
        });
      await expect.poll(() => stream.of('AudioData').length).toBeGreaterThan(0);
      await second.call('calls-terminate', { params: { callConnectionId: id } });
      await expect.poll(() => stream.closedWith).toBe(1000);
      expect(media.streams).toHaveLength(2);
      await callingOf(second.app).stop?.(5_000);
      expect(second.failures).toEqual([]);
    } finally {
      await media.close();
      await receiver.close();
      await geography.stop();
    }
  });
});

describe('A media server', () => {
  it('gets a token for each stream that it is to open, with the order and nowhere else', async () => {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      bodies.push(await text(request));
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const plane = httpMediaPlane({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      secret: Buffer.alloc(32, 1),
      clock: { realNow: () => 0 },
      tokenFor: (resourceId) => `token-of-${resourceId}`,
    });
    const orders: readonly MediaOrder[] = [
      { do: 'start-stream', stream: 's', connection: 'c', ...sound },
      { do: 'start-transcript', stream: 't', connection: 'c', ...words },
      { do: 'stop-stream', stream: 's', connection: 'c' },
    ];
    const commands = orders.map((order, n) => ({ id: String(n), at: 0, ...order }));
    await plane.send(call, commands);
    server.close();
    const sent = JSON.parse(bodies[0] ?? '{}') as { commands: { token?: string }[] };
    const token = `token-of-${call.resourceId}`;
    expect(sent.commands.map((each) => each.token)).toEqual([token, token, undefined]);
    expect(JSON.stringify(commands)).not.toContain('token');
  });
});
