// Polls of live chat that are held: each over a connection of its own, as browsers hold them.
import { randomBytes } from 'node:crypto';
import { LoadClient } from './load-client.js';
import type { LiveEmulator } from './live-chats.js';
import { tokenOf } from './live-window.js';
import type { User } from './users.js';

export interface HeldPolls {
  close(): Promise<void>;
}

const atOnce = 32;
const connectionsAtOnce = 16;
/** Longer than a request takes to arrive. */
const settleMs = 2_000;

/** Resolves when so many are held, which is for less than 25 seconds. */
export async function holdPolls({ emulator, users }: LiveEmulator, count: number): Promise<HeldPolls> {
  const origin = (emulator.resources[0]?.httpEndpoint ?? '').replace('localhost', '127.0.0.1');
  const client = new LoadClient(origin, { connections: count });
  const requests: Parameters<LoadClient['send']>[0][] = [];
  let next = 0;
  const connect = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const headers = ['x-skypetoken', tokenOf(users[n % users.length] as User)];
      const path = `/socket.io/1/xhr-polling/${randomBytes(15).toString('base64url')}`;
      const request = { method: 'GET', path, headers, expect: 200 } as const;
      await client.send(request);
      requests.push(request);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, connect));
  const failures: unknown[] = [];
  for (const [n, request] of requests.entries()) {
    void client.send(request).catch((error: unknown) => failures.push(error));
    // A server takes a connection that has said nothing yet for one of too many when there are hundreds.
    if (n % connectionsAtOnce === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if (failures.length > 0) {
    throw new Error(`Of ${count} polls ${failures.length} were not held: ${String(failures[0])}`);
  }
  return { close: () => client.close() };
}
