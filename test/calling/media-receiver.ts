// An application that takes streams on this machine: each message is read by the official client.
import { StreamingData } from '@azure/communication-call-automation';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export interface ReceivedMessage {
  readonly kind: string;
  /** As the official client reads it. */
  readonly parsed: Readonly<Record<string, unknown>>;
}

export interface TakenStream {
  readonly headers: IncomingHttpHeaders;
  readonly socket: WebSocket;
  readonly messages: ReceivedMessage[];
  /** How it was closed. */
  closedWith: number | undefined;
  /** All of a kind. */
  of(kind: string): Readonly<Record<string, unknown>>[];
  /** Sound that was not silent. */
  sound(): Buffer;
}

export interface MediaReceiver {
  readonly url: string;
  readonly streams: TakenStream[];
  /** In place of taking whoever connects: a status. */
  refuses: ((request: IncomingMessage) => number | undefined) | undefined;
  /** Done with each connection. */
  onConnect: ((stream: TakenStream) => void) | undefined;
  onMessage: ((stream: TakenStream, message: ReceivedMessage) => void) | undefined;
  /** The n-th stream, when it is there. */
  taken(index?: number): Promise<TakenStream>;
  close(): Promise<void>;
}

export async function startMediaReceiver(): Promise<MediaReceiver> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }: { req: IncomingMessage }, answer: (isTaken: boolean, status?: number) => void) => {
      const status = receiver.refuses?.(req);
      answer(status === undefined, status);
    },
  });
  await once(server, 'listening');
  const streams: TakenStream[] = [];
  server.on('connection', (socket, { headers }) => {
    const stream = take(socket, headers);
    streams.push(stream);
    receiver.onConnect?.(stream);
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      stream.closedWith = code;
    });
    socket.on('message', (data: Buffer) => {
      const parsed = StreamingData.parse(data.toString()) as never;
      const message = { kind: StreamingData.getStreamingKind(), parsed };
      stream.messages.push(message);
      receiver.onMessage?.(stream, message);
    });
  });
  const receiver: MediaReceiver = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/media`,
    streams,
    refuses: undefined,
    onConnect: undefined,
    onMessage: undefined,
    taken: (index = 0) =>
      vi.waitFor(() => {
        expect(streams.length).toBeGreaterThan(index);
        return streams[index] as TakenStream;
      }, 10_000),
    close: async () => {
      for (const client of server.clients) {
        client.terminate();
      }
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

function take(socket: WebSocket, headers: IncomingHttpHeaders): TakenStream {
  const messages: ReceivedMessage[] = [];
  const of = (wanted: string) => messages.filter(({ kind }) => kind === wanted).map(({ parsed }) => parsed);
  return {
    headers,
    socket,
    messages,
    closedWith: undefined,
    of,
    sound: () =>
      Buffer.concat(
        of('AudioData')
          .filter(({ isSilent }) => isSilent === false)
          .map(({ data }) => Buffer.from(String(data), 'base64')),
      ),
  };
}
