// Requests to one address in the name of another host, as a client does whose front end leads to another geography.
import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { createHash, createHmac } from 'node:crypto';
import type { EmulatorResource } from 'acs-domicile/emulator';

export interface RawCall {
  readonly method?: string;
  /** Path and query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** @param app base address; plain HTTP answers on the same port */
export function openCall(app: string, host: string, call: RawCall, agent: Agent | false = false): ClientRequest {
  const { hostname, port } = new URL(app);
  const { method = 'GET', target, headers } = call;
  return httpRequest({ hostname, port, method, path: target, headers: { host, ...headers }, agent });
}

export async function rawCall(app: string, host: string, call: RawCall): Promise<RawAnswer> {
  // The connection is to be kept: one that is to be closed may be so before a large body is sent.
  const agent = new Agent({ keepAlive: true });
  try {
    const request = openCall(app, host, call, agent);
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    request.end(call.body);
    const response = await answer;
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
  } finally {
    agent.destroy();
  }
}

/** Signed by the owner of the resource, at the host of the resource. */
export function ownerCallOf(
  { accessKey, endpoint }: Pick<EmulatorResource, 'accessKey' | 'endpoint'>,
  method: string,
  target: string,
  body?: unknown,
): RawCall & { readonly host: string } {
  const { host } = new URL(endpoint);
  const sent = body === undefined ? '' : JSON.stringify(body);
  const date = new Date().toUTCString();
  const bodyHash = createHash('sha256').update(sent).digest('base64');
  const signature = createHmac('sha256', Buffer.from(accessKey, 'base64'))
    .update(`${method}\n${target}\n${date};${host};${bodyHash}`)
    .digest('base64');
  return {
    host,
    method,
    target,
    body: sent,
    headers: {
      'x-ms-date': date,
      'x-ms-content-sha256': bodyHash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      ...(sent !== '' && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)) }),
    },
  };
}
