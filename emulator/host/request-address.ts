// What a request is addressed to: the host as sent, the same with the port that the client must have connected to, and
// path with query, also where the whole address stands in the request line (RFC 9112, section 3.2).
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

export interface RequestAddress {
  readonly scheme: 'http' | 'https';
  /** Of the request line if it stands there, else of the `Host` header. */
  readonly sentHost: string;
  /** With a port in every case. */
  readonly host: string;
  /** Of the listener. */
  readonly port: number;
  /** Path and query. */
  readonly target: string;
}

/** What may stand in a `Host` header: anything else could make another URL of it. */
const hostPattern = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i;
const wholeAddress = /^https?:\/\/([^/?#]*)(.*)$/i;

/** @returns undefined when it is addressed to nothing that could be answered */
export function addressOf({ url = '', headers, socket }: IncomingMessage): RequestAddress | undefined {
  const [, authority, rest = ''] = wholeAddress.exec(url) ?? [];
  const sentHost = authority ?? headers.host ?? '';
  const target = authority === undefined ? url : `/${rest.replace(/^\//, '')}`;
  const { localPort: port } = socket;
  if (!target.startsWith('/') || !hostPattern.test(sentHost) || port === undefined) {
    return undefined;
  }
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  const host = /:\d+$/.test(sentHost) ? sentHost : `${sentHost}:${port}`;
  // Some have the form and are none all the same: a port of 99999, five numbers in place of four.
  return URL.canParse(`${scheme}://${host}`) ? { scheme, sentHost, host, port, target } : undefined;
}
