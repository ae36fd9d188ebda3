// The connection that an invocation answers over. The Functions library writes streamed answers without waiting for a
// slow client and goes on when the client is gone; it gives out neither the one nor the other. Node tells of every request
// that an HTTP server of this process gets, and the host marks each with the id of its invocation.
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

const invocationHeader = 'x-ms-invocation-id';
const underWay = new Set<ServerResponse>();

/** To be called once, before requests come. */
export function watchClientConnections(): void {
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse };
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
}

/** When every request that has come, or comes meanwhile, is answered or given up. */
export async function untilAllAnswered(): Promise<void> {
  while (underWay.size > 0) {
    await Promise.all([...underWay].map((response) => response.closed || once(response, 'close')));
  }
}

/** undefined when the connection is not known, or gone already. */
export function connectionOf(invocationId: string): ServerResponse | undefined {
  for (const response of underWay) {
    if (response.req.headers[invocationHeader] === invocationId) {
      return response;
    }
  }
  return undefined;
}

/** Aborted when the client goes away before its answer is complete. */
export function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      controller.abort();
    }
  });
  return controller.signal;
}

/** The content at the pace of the client; it is destroyed when the client goes away. */
export function atPaceOf(response: ServerResponse, content: Readable): Readable {
  const paced = Readable.from(pieces(response, content), { objectMode: false });
  const stop = () => void content.destroy();
  response.once('close', stop);
  content.once('close', () => response.off('close', stop));
  return paced;
}

async function* pieces(response: ServerResponse, content: Readable): AsyncGenerator<unknown> {
  for await (const piece of content) {
    if (response.writableNeedDrain && !response.destroyed) {
      const waited = new AbortController();
      const { signal } = waited;
      await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(() => {
        // A broken connection: the destroyed content ends the loop.
      });
      waited.abort();
    }
    if (response.destroyed) {
      return;
    }
    yield piece;
  }
}
