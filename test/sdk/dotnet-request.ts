// Requests with the headers, escapes and signature of the SDKs of .NET, rebuilt from their public source, as none of their
// packages could be had: Azure/azure-sdk-for-net, sdk/communication/Shared/src/HMACAuthenticationPolicy.cs, the generated
// `…RestClient.cs`, and Azure.Core's pipeline.
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { EmulatorResource } from 'acs-domicile/emulator';

export interface DotNetAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface DotNetRequest {
  readonly method: string;
  /** Ids in it are escaped by {@link escapeDataString}. */
  readonly path: string;
  readonly apiVersion: string;
  readonly body?: object;
  /** The token of a user; without one the request is signed with the key. */
  readonly token?: string;
  /** Written `application/merge-patch+json` by updates. */
  readonly contentType?: string;
}

/** `Uri.EscapeDataString`: all but letters, digits and `-_.~`. */
export function escapeDataString(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

export async function sendAsDotNet(
  { httpEndpoint, accessKey }: Pick<EmulatorResource, 'httpEndpoint' | 'accessKey'>,
  { method, path, apiVersion, body, token, contentType = 'application/json' }: DotNetRequest,
): Promise<DotNetAnswer> {
  const { host, hostname, port } = new URL(httpEndpoint);
  const pathAndQuery = `${path}${path.includes('?') ? '&' : '?'}api-version=${apiVersion}`;
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
  // DateTimeOffset's format "r".
  const date = new Date().toUTCString();
  const hash = createHash('sha256').update(bytes).digest('base64');
  const text = `${method}\n${pathAndQuery}\n${date};${host};${hash}`;
  const signature = createHmac('sha256', Buffer.from(accessKey, 'base64')).update(text, 'ascii').digest('base64');
  const signed = {
    'x-ms-content-sha256': hash,
    Date: date,
    'x-ms-date': date,
    Authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  };
  const sent = request({
    hostname,
    port,
    method,
    path: pathAndQuery,
    headers: {
      Accept: 'application/json',
      'x-ms-client-request-id': '5f3a1c9e-7d2b-4a60-8c1f-0e9d8b7a6c5d',
      'x-ms-return-client-request-id': 'true',
      'User-Agent': 'azsdk-net-Communication.Chat/1.4.0 (.NET 8.0.11; Linux 6.1.0)',
      ...(token === undefined ? signed : { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': contentType, 'Content-Length': bytes.length }),
    },
  });
  const answered = new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  sent.end(bytes);
  const answer = await answered;
  const received = String(await buffer(answer));
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: received === '' ? undefined : (JSON.parse(received) as unknown),
  };
}
