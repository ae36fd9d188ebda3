// A topic that takes what it gets and counts it; in the process of the load, so that it costs the API nothing.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface EventSink {
  /** The setting that leads to it. */
  readonly setting: string;
  readonly count: number;
  /** Resolves when nothing has come for so long that nothing is under way any more. */
  settle(): Promise<void>;
  close(): void;
}

/** Longer than the app gathers what it tells. */
const quietMs = 400;

export async function startEventSink(): Promise<EventSink> {
  let count = 0;
  let last = performance.now();
  const server = createServer(async (request, response) => {
    count += ((await json(request)) as readonly unknown[]).length;
    last = performance.now();
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    setting: JSON.stringify({ endpoint: `http://127.0.0.1:${port}/api/events`, key: 'key' }),
    get count() {
      return count;
    },
    settle: async () => {
      last = performance.now();
      while (performance.now() - last < quietMs) {
        await new Promise((resolve) => setTimeout(resolve, quietMs / 4));
      }
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
