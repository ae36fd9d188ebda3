// The connection that an invocation answers over. The Functions library writes streamed answers without waiting for a
// slow client and goes on when the client is gone; it gives out neither the one nor the other. Node tells of every request
// that an HTTP server of this process gets, and the host marks each with the id of its invocation.
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { figure, MovementFloor, PaceCeiling, TooSlow } from '../../shared/budgets/index.js';

const invocationHeader = 'x-ms-invocation-id';
const underWay = new Set<ServerResponse>();

export interface ConnectionTimes {
  /** How long the end of an answer may take to leave, ms. */
  readonly lastPieceMs: number;
  /** How long the rest of a body may come after its answer, ms. */
  readonly lingerMs: number;
}

const publicTimes: ConnectionTimes = { lastPieceMs: figure('slowStream'), lingerMs: figure('linger') };

/** To be called once, before requests come. */
export function watchClientConnections(times = publicTimes): void {
  subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse };
    underWay.add(response);
    response.once('prefinish', () => closeAfter(times.lastPieceMs, response, 'finish'));
    response.once('finish', () => {
      if (!response.req.complete) {
        closeAfter(times.lingerMs, response, 'end');
      }
    });
    response.once('close', () => underWay.delete(response));
  });
}

/**
 * A connection over which nothing moves any more is worth nothing to its client, and holds what waits to be sent.
 *
 * @param event of the answer, or of the body, before which the connection is closed when it takes longer
 */
function closeAfter(ms: number, response: ServerResponse, event: 'finish' | 'end'): void {
  const { req } = response;
  // A connection that is kept outlives its requests by far, and must keep nothing of them.
  const { socket } = req;
  const timer = setTimeout(() => socket.destroy(), ms);
  const forget = () => {
    clearTimeout(timer);
    socket.off('close', forget);
  };
  (event === 'finish' ? response : req).once(event, forget);
  socket.once('close', forget);
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

interface Pace {
  readonly floor: MovementFloor;
  readonly ceiling: PaceCeiling;
}

/** The content at the pace of the client; both are ended when the client goes away, or takes less than the floor. */
export function atPaceOf(
  response: ServerResponse,
  content: Readable,
  { floor = new MovementFloor(), ceiling = new PaceCeiling() }: Partial<Pace> = {},
): Readable {
  const paced = Readable.from(pieces(response, content, { floor, ceiling }), { objectMode: false });
  const stop = () => void content.destroy();
  response.once('close', stop);
  content.once('close', () => response.off('close', stop));
  return paced;
}

async function* pieces(response: ServerResponse, content: Readable, { floor, ceiling }: Pace): AsyncGenerator<unknown> {
  for await (const piece of content) {
    if (response.writableNeedDrain && !response.destroyed) {
      await untilDrained(response, floor);
    }
    if (response.destroyed) {
      return;
    }
    yield piece;
    const bytes = Buffer.byteLength(piece as Buffer | string);
    floor.moved(bytes);
    await ceiling.moved(bytes);
  }
}

async function untilDrained(response: ServerResponse, floor: MovementFloor): Promise<void> {
  const waited = new AbortController();
  const { signal } = waited;
  const drained = Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(() => {
    // A broken connection: the destroyed content ends the loop.
  });
  try {
    await floor.within(drained);
  } catch (failure) {
    if (!(failure instanceof TooSlow)) {
      throw failure;
    }
    response.destroy();
  } finally {
    waited.abort();
  }
}
