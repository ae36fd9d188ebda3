// What is no operation, and is asked at the host of another geography's resource: how it is passed on.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RequestShares, Shares } from '../../shared/api/index.js';
import { createSigningKeys } from '../../shared/auth/signing-keys.js';
import { figure } from '../../shared/budgets/index.js';
import { ConnectedPeers, createPassing } from '../../shared/passing/index.js';
import { randomIds } from '../../shared/time/ids.js';

let home: Server;
let peers: ConnectedPeers;
const clock = { now: Date.now, realNow: Date.now, monotonic: () => 0 };
const newKeys = () => createSigningKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

beforeAll(async () => {
  home = createServer((incoming, response) => void incoming.resume().once('end', () => response.end('there')));
  home.listen(0, '127.0.0.1');
  await once(home, 'listening');
  peers = new ConnectedPeers({ geography: 'europe', keys: newKeys(), clock, ids: randomIds });
  const url = `http://127.0.0.1:${(home.address() as AddressInfo).port}`;
  const { keys } = newKeys().jwks();
  peers.meet({ peers: Object.fromEntries([['uk', { url, keys: [...keys] }]]), hosts: {} });
});
afterAll(async () => {
  await peers.close();
  home.close();
});

/** A process of Europe that knows no resource of its own. */
function startPassing() {
  const shares = new Shares(clock);
  const passing = createPassing({
    peers,
    clock,
    ids: randomIds,
    findResource: () => undefined,
    frontEnd: undefined,
    share: (sharing) => new RequestShares(shares, sharing),
    reportFailure: (name, _requestId, failure) => {
      throw new Error(`${name} failed`, { cause: failure });
    },
  });
  let reads = 0;
  const postFrom = async (address: string, body: Buffer) => {
    const headers: Readonly<Record<string, string>> = {
      host: 'contoso.uk.example',
      'content-length': String(body.byteLength),
      'x-forwarded-for': address,
    };
    const answer = await passing.passOn('unknown-route', {
      method: 'POST',
      url: 'https://contoso.uk.example/nope',
      params: {},
      header: (name) => headers[name],
      headers: () => Object.entries(headers),
      readBody: async () => {
        reads++;
        return body;
      },
      streamBody: () => Readable.from([body]),
    });
    (answer?.body as Readable | undefined)?.resume();
    return answer?.status;
  };
  return { shares, postFrom, reads: () => reads };
}

it('A body that is read before it is passed on takes its length of what all share, and gives it back', async () => {
  const { shares, postFrom, reads } = startPassing();
  const { bodies } = shares;
  const hold = bodies.tryTake(figure('bodiesPerCaller') - 100, { caller: '203.0.113.7', resource: '' });
  const waiting = postFrom('203.0.113.7', Buffer.alloc(101));
  expect(await postFrom('203.0.113.8', Buffer.alloc(101))).toBe(200);
  expect([reads(), bodies.waiting]).toEqual([1, 1]);
  hold?.();
  expect(await waiting).toBe(200);
  expect([reads(), bodies.taken]).toEqual([2, 0]);
});
