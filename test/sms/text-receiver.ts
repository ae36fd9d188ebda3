// A real receiver of texts by HTTP, as a carrier of an operator's own is: writes down what it got, and answers as it is told.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { webhookSignatureHeader } from '../../shared/auth/index.js';

export interface ReceivedText {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly reportWanted: boolean;
  readonly validForSeconds: number;
  readonly attempt: number;
}

export interface TextReceiver {
  readonly url: string;
  /** Every text of every request, in their order. */
  readonly received: ReceivedText[];
  readonly requests: {
    readonly count: number;
    readonly bytes: number;
    readonly signature: string | undefined;
    readonly traceparent: string | undefined;
  }[];
  /** What it says of a text; 200 with `taken` unless it is set. */
  resultOf: (text: ReceivedText) => object | Promise<object>;
  /** In place of an answer. */
  instead: ((response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

export async function startTextReceiver(): Promise<TextReceiver> {
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { messages } = JSON.parse(String(body)) as { messages: ReceivedText[] };
    const { [webhookSignatureHeader]: signature, traceparent } = request.headers as Record<string, string | undefined>;
    receiver.requests.push({ count: messages.length, bytes: body.length, signature, traceparent });
    receiver.received.push(...messages);
    if (receiver.instead !== undefined) {
      receiver.instead(response);
      return;
    }
    const results = await Promise.all(
      messages.map(async (message) => ({ id: message.id, ...(await receiver.resultOf(message)) })),
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: TextReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/texts`,
    received: [],
    requests: [],
    resultOf: () => ({ outcome: 'taken' }),
    instead: undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
