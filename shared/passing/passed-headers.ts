// Which headers go along when a request is passed on, and when its answer comes back: all but those that belong to one
// connection (RFC 9110, section 7.6.1) and those that the platform at each end writes itself.
import { hopHeader } from './hop-token.js';

/**
 * At which listener a request came in, `localhost:{port}`: the emulator's front end writes it over whatever a client sends.
 * A deployed app does not read it.
 */
export const listenerHeader = 'x-domicile-listener';

const ofOneConnection = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
];

/** The host, what a front end says of it, and our own header, which only we may write. */
const writtenAnew = [
  'host',
  'expect',
  hopHeader,
  listenerHeader,
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-original-host',
  'x-original-url',
  'x-waws-unencoded-url',
  'x-ms-invocation-id',
];

const notForwarded = new Set([...ofOneConnection, ...writtenAnew]);
const notAnswered = new Set([...ofOneConnection, 'x-ms-invocation-id']);

type Header = readonly [name: string, value: string];

/** @param headers lower-case names */
export function requestHeaders(headers: Iterable<Header>): Record<string, string> {
  return without(headers, notForwarded);
}

/** Cross-origin headers stay behind: the platform that the browser talks to answers for them. */
export function answerHeaders(received: NodeJS.Dict<string | string[]>): Record<string, string> {
  const headers = Object.entries(received).map(
    ([name, value]): Header => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')],
  );
  return without(
    headers.filter(([name]) => !name.startsWith('access-control-')),
    notAnswered,
  );
}

/** Whether a request with these headers has a body (RFC 9112, section 6.3). */
export function announcesBody(headers: Iterable<Header>): boolean {
  for (const [name, value] of headers) {
    if (name === 'transfer-encoding' || (name === 'content-length' && Number(value) !== 0)) {
      return true;
    }
  }
  return false;
}

function without(headers: Iterable<Header>, names: ReadonlySet<string>): Record<string, string> {
  const all = [...headers];
  const connection = all.find(([name]) => name === 'connection')?.[1] ?? '';
  const listed = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(all.filter(([name]) => !names.has(name) && !listed.has(name)));
}
