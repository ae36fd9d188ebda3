// A receiver of callbacks on this machine: keeps what it was handed, in the order in which it came, and answers as told.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, vi } from 'vitest';

export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly specversion: string;
  readonly datacontenttype: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly callConnectionId: string;
    readonly correlationId: string;
    readonly serverCallId: string;
    readonly operationContext?: string;
    readonly resultInformation?: { readonly code: number; readonly subCode: number; readonly message: string };
  };
}

export interface CallbackReceiver {
  readonly url: string;
  readonly events: ReceivedEvent[];
  /** Texts of the requests, and what came with them. */
  readonly requests: { readonly body: string; readonly authorization: string; readonly path: string }[];
  /** In place of 200. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Types of the events of a connection, in their order, without prefix. */
  typesOf(connection: string): string[];
  /** The first event of a type of a connection. */
  waitFor(type: string, connection?: string): Promise<ReceivedEvent>;
  close(): Promise<void>;
}

const prefix = 'Microsoft.Communication.';

export async function startReceiver(): Promise<CallbackReceiver> {
  const events: ReceivedEvent[] = [];
  const requests: CallbackReceiver['requests'] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    requests.push({ body, authorization: String(request.headers.authorization), path: String(request.url) });
    if (receiver.instead !== undefined) {
      receiver.instead(request, response);
      return;
    }
    events.push(...(JSON.parse(body) as ReceivedEvent[]));
    response.writeHead(200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ofConnection = (id: string | undefined) =>
    events.filter(({ data }) => id === undefined || data.callConnectionId === id);
  const receiver: CallbackReceiver = {
    url: `http://127.0.0.1:${port}/callbacks`,
    events,
    requests,
    instead: undefined,
    typesOf: (id) => ofConnection(id).map(({ type }) => type.replace(prefix, '')),
    waitFor: (type, id) =>
      vi.waitFor(() => {
        const found = ofConnection(id).find((event) => event.type === prefix + type);
        expect(found, `${type}; came: ${receiver.typesOf(id ?? '').join(', ')}`).toBeDefined();
        return found as ReceivedEvent;
      }, 10_000),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
