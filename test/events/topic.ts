// A topic on this machine: takes what the official client publishes, answers as it is told to, and keeps what it took.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { GotEvent } from './webhook.js';

export interface TestTopic {
  /** The setting that leads to it. */
  readonly setting: string;
  readonly requests: readonly (readonly GotEvent[])[];
  readonly events: readonly GotEvent[];
  /** Of every request, taken or not, as it came. */
  readonly bodies: readonly Buffer[];
  /** What it answers from now on; 200 at first. */
  answer(status: number | ((events: readonly GotEvent[]) => number)): void;
  forget(): void;
  close(): Promise<void>;
}

export async function startTopic(more: object = {}): Promise<TestTopic> {
  const requests: (readonly GotEvent[])[] = [];
  const bodies: Buffer[] = [];
  let answer: number | ((events: readonly GotEvent[]) => number) = 200;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    bodies.push(body);
    const events = JSON.parse(String(body)) as readonly GotEvent[];
    const status = typeof answer === 'number' ? answer : answer(events);
    if (status === 200) {
      requests.push(events);
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/events`;
  return {
    setting: JSON.stringify({ endpoint, key: 'key', ...more }),
    requests,
    bodies,
    get events() {
      return requests.flat();
    },
    answer: (status) => {
      answer = status;
    },
    forget: () => {
      requests.splice(0);
      bodies.splice(0);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
