// Signs requests the way a client does (written apart from the code under test), and changes them the way the Functions
// host does before a handler sees them.
import { Readable } from 'node:stream';
import { createHash, createHmac } from 'node:crypto';
import type { ApiRequest } from '../../shared/http/http.js';

export const realNow = Date.UTC(2026, 10, 23, 5, 38, 19);
export const dateText = 'Mon, 23 Nov 2026 05:38:19 GMT';
export const routeTemplate = 'identities/{id}/:issueAccessToken';
export const identityId = '8:acs:1b2c3d4e-0000-4000-8000-000000000001_00000011-9f42-4aef-88f7-08482200b423';

export interface SignedRequest {
  readonly method: string;
  /** As on the wire, from the first `/`. */
  readonly target: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SignOptions {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  readonly body?: string | Buffer;
  readonly date?: string;
  readonly dateHeader?: string;
  readonly signedTarget?: string;
  readonly signedHost?: string;
  /** Replaces the whole text that is signed. */
  readonly text?: string;
}

/** Signs as the SDKs for .NET, Java and Python do: over path and query exactly as sent. */
export function sign(key: Buffer, options: SignOptions = {}): SignedRequest {
  const method = options.method ?? 'POST';
  const target =
    options.target ?? `/identities/${encodeURIComponent(identityId)}/:issueAccessToken?api-version=2023-10-01`;
  const host = options.host ?? 'localhost:7401';
  const date = options.date ?? dateText;
  const dateHeader = options.dateHeader ?? 'x-ms-date';
  const body = Buffer.from(options.body ?? '{"scopes":["chat"]}');
  const contentHash = createHash('sha256').update(body).digest('base64');
  const text =
    options.text ??
    [method, options.signedTarget ?? target, [date, options.signedHost ?? host, contentHash].join(';')].join('\n');
  const signature = createHmac('sha256', key).update(text, 'utf8').digest('base64');
  return {
    method,
    target,
    host,
    body,
    headers: {
      host,
      [dateHeader]: date,
      'x-ms-content-sha256': contentHash,
      authorization: `HMAC-SHA256 SignedHeaders=${dateHeader};host;x-ms-content-sha256&Signature=${signature}`,
    },
  };
}

/** What the platform may do with a request on its way to a handler. */
export const platforms = {
  /** Hands everything over as sent. */
  asSent: (request: SignedRequest): ApiRequest => apiRequest(request, `http://${request.host}${request.target}`),
  /** The Functions host: path decoded and encoded again, query and host as sent. */
  functionsHost: (request: SignedRequest): ApiRequest =>
    apiRequest(request, `https://${request.host}${reencodePath(request.target)}`),
  /** The Functions host with HTTP streaming: besides, the worker is reached under a host of its own. */
  functionsStreaming: (request: SignedRequest): ApiRequest =>
    apiRequest(request, `https://${request.host}${reencodePath(request.target)}`, {
      host: '127.0.0.1:35211',
      'x-forwarded-host': request.host,
    }),
};

/** Parameters come from the path by routing, decoded once. */
function apiRequest(request: SignedRequest, url: string, more: Record<string, string> = {}): ApiRequest {
  const headers: Record<string, string | undefined> = { ...request.headers, ...more };
  const segment = request.target.split('?')[0]?.split('/')[2] ?? '';
  let id = segment;
  try {
    id = decodeURIComponent(segment);
  } catch {
    // Not decodable: the host leaves it as it is.
  }
  return {
    method: request.method,
    url,
    params: { id },
    header: (name) => headers[name],
    headers: () => [],
    readBody: async () => request.body,
    streamBody: () => Readable.from(request.body),
  };
}

/** ASP.NET: everything but `%2F` is decoded; then what is not allowed in a path is encoded, escapes that remain are kept. */
function reencodePath(target: string): string {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const decoded = path
    .split(/(%2f)/i)
    .map((piece) => (/^%2f$/i.test(piece) ? piece : decodeURIComponent(piece)))
    .join('');
  const encoded = decoded.replace(/%[0-9a-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]+/gi, (part) =>
    /^%[0-9a-f]{2}$/i.test(part) ? part : encodeURIComponent(part),
  );
  return encoded + (mark < 0 ? '' : target.slice(mark));
}
