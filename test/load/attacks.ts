// What was done to the emulator from outside, to hold what all callers share: as data, for a process that does it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ownerCallOf } from '../geography/raw-call.js';
import { as, type AttackedWorld, attackersAddress, chat, type LoadCall, uploadOf, viewOf } from './attacked-world.js';

const MiB = 1_048_576;

/** What a connection that forgets nothing would be full of soon. */
const padding = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`x-padding-${n}`, 'x'.repeat(4_000)]));

/** What each connection does; see attacker.mjs. */
interface Orders {
  readonly port: number;
  readonly connections: number;
  readonly head: string;
  readonly bodyBytes?: number;
  readonly trickleMs?: number;
  readonly isRead?: boolean;
  /** How long after an answer it asks again over the same connection; else it does not. */
  readonly askAgainMs?: number;
  readonly reopenMs?: number;
}

export interface Attack {
  readonly name: string;
  ordersFor(world: AttackedWorld): Orders;
}

export const attacks: readonly Attack[] = [
  {
    name: '64 trickling uploads without a credential, to the wrong geography',
    ordersFor: (world) => ({
      port: world.ports.elsewhere,
      connections: 64,
      head: forgedHead(world, 200_000),
      trickleMs: 1_000,
    }),
  },
  {
    name: '70 downloads of one user that nobody reads',
    ordersFor: (world) => ({
      port: world.ports.here,
      connections: 70,
      head: headOf(viewOf(world, world.bad, world.largeImage)),
    }),
  },
  {
    name: '120 uploads of 20 MB at once by one user',
    ordersFor: (world) => ({
      port: world.ports.here,
      connections: 120,
      head: headOf(uploadOf(world, world.bad, Buffer.alloc(0)), 20 * MiB),
      bodyBytes: 20 * MiB,
      isRead: true,
    }),
  },
  {
    name: 'GET /health, 53 a second',
    ordersFor: (world) => ({
      port: world.ports.here,
      connections: 53,
      head: headOf({ host: world.host, target: '/health' }),
      isRead: true,
    }),
  },
  {
    name: 'GET /health with long headers, over 8 connections that stay',
    ordersFor: (world) => ({
      port: world.ports.here,
      connections: 8,
      head: headOf({ host: world.host, target: '/health', headers: { connection: 'keep-alive', ...padding } }),
      askAgainMs: 50,
    }),
  },
  {
    name: 'identify of 100 identifiers, 8 at a time without a pause',
    ordersFor: (world) => {
      const identifiers = Array.from({ length: 100 }, (_, n) => `4:+4930${1_000_000 + n}`);
      const call = ownerCallOf(world.europe, 'POST', '/privacy/:identify?api-version=2026-12-01', { identifiers });
      const head = headOf({ ...call, headers: call.headers ?? {} }) + String(call.body);
      return { port: world.ports.here, connections: 8, head, isRead: true, reopenMs: 100 };
    },
  },
  {
    name: '2,000 connections with bodies that never end, without a credential',
    ordersFor: (world) => ({
      port: world.ports.here,
      connections: 2_000,
      head: forgedHead(world, 256 * 1_024),
      bodyBytes: 256 * 1_024 - 1,
      reopenMs: 3_000,
    }),
  },
  {
    name: '60 lists of long messages that nobody reads',
    ordersFor: (world) => {
      const target = chat(`${world.longThread}/messages`).replace('?', '?maxPageSize=200&');
      const head = headOf({ host: world.host, target, headers: as(world.bad) });
      return { port: world.ports.here, connections: 60, head };
    },
  },
];

/** @returns ends it */
export async function begin(attack: Attack, world: AttackedWorld): Promise<() => Promise<void>> {
  const orders = {
    localAddress: attackersAddress,
    bodyBytes: 0,
    trickleMs: 0,
    isRead: false,
    askAgainMs: 0,
    reopenMs: 1_000,
    ...attack.ordersFor(world),
  };
  const attacker = fork(fileURLToPath(new URL('attacker.mjs', import.meta.url)), [JSON.stringify(orders)]);
  await once(attacker, 'message');
  return async () => {
    attacker.disconnect();
    await once(attacker, 'exit');
  };
}

function headOf(
  { host, method = 'GET', target, headers = {} }: Omit<LoadCall, 'port'>,
  contentLength?: number,
): string {
  const sent = {
    host,
    connection: 'close',
    ...headers,
    ...(contentLength !== undefined && { 'content-length': String(contentLength) }),
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** What asks for a body with a signature that nobody made. */
function forgedHead({ host }: AttackedWorld, contentLength: number): string {
  const headers = {
    'x-ms-date': new Date().toUTCString(),
    'x-ms-content-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${'A'.repeat(43)}=`,
    'content-type': 'application/json',
  };
  return headOf({ host, method: 'POST', target: '/identities?api-version=2023-10-01', headers }, contentLength);
}
