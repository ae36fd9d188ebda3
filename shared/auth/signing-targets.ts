// Over what a client may have signed a request: path with query, and host. Clients differ, and so does what the
// platform hands over: the Functions host decodes and re-encodes paths (`%3A` arrives as `:`), query strings stay raw.
import type { ApiRequest } from '../http/index.js';
import { type FrontEnd, hostsToldBy } from './front-end.js';

export interface RequestTarget {
  /** As received, starting with `/`. */
  readonly path: string;
  /** With its `?`; empty when the URL has none. */
  readonly query: string;
}

export function requestTarget(url: string): RequestTarget {
  const origin = /^[a-z]+:\/\/[^/?]*/i.exec(url)?.[0] ?? '';
  const pathAndQuery = url.slice(origin.length);
  const mark = pathAndQuery.indexOf('?');
  return mark < 0
    ? { path: pathAndQuery || '/', query: '' }
    : { path: pathAndQuery.slice(0, mark) || '/', query: pathAndQuery.slice(mark) };
}

/**
 * The path and query strings a signature may be over, likeliest first; each distinct one once.
 *
 * - as received: SDKs for .NET, Java and Python, and the documented samples
 * - with the query written again as a form, as the JavaScript SDKs sign it
 * - the path before the platform changed it, from `x-waws-unencoded-url`
 * - the path built again from the route and its parameters
 */
export function* signingTargets(request: ApiRequest, routeTemplate: string): Generator<string> {
  const received = requestTarget(request.url);
  const tried = new Set<string>();
  for (const path of signingPaths(request, routeTemplate, received.path)) {
    if (tried.has(path)) {
      continue;
    }
    tried.add(path);
    yield path + received.query;
    const formQuery = writtenAsForm(received.query);
    if (formQuery !== received.query) {
      yield path + formQuery;
    }
  }
}

/**
 * The hosts a signature may be over: as sent, the same with or without its port, else as the platform tells, or the
 * configured front end; each distinct one once. What a client says of another host does not count: who has captured a
 * signature over that host could use it here. Java's SDK signs the host of the URL alone and leaves the header to the HTTP
 * client, and that of the JDK sends the port.
 */
export function* signingHosts(request: ApiRequest, frontEnd: FrontEnd | undefined): Generator<string> {
  const sent = request.header('host') ?? '';
  if (sent !== '') {
    yield sent;
  }
  const { url } = request;
  const told = hostsToldBy(frontEnd, request);
  const others = [withOtherPort(sent, url), ...told, urlHost(url), withOtherPort(urlHost(url), url)];
  for (const host of new Set(others)) {
    if (host !== '' && host !== sent) {
      yield host;
    }
  }
}

/** Without the port, or with the one that the scheme means when there is none. */
function withOtherPort(host: string, url: string): string {
  if (host === '') {
    return '';
  }
  const name = host.replace(/:\d+$/, '');
  return name === host ? `${host}:${/^http:/i.test(url) ? 80 : 443}` : name;
}

function urlHost(url: string): string {
  return /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
}

function writtenAsForm(query: string): string {
  const form = new URLSearchParams(query).toString();
  return form === '' ? '' : `?${form}`;
}

function* signingPaths(request: ApiRequest, routeTemplate: string, receivedPath: string): Generator<string> {
  yield receivedPath;
  const unencoded = request.header('x-waws-unencoded-url');
  if (unencoded !== undefined) {
    const { path } = requestTarget(unencoded);
    // Anybody can send this header. It counts only if it names the same path, or a captured signature
    // for one path could be used for another.
    if (isSamePath(path, receivedPath)) {
      yield path;
    }
  }
  yield fillRoute(routeTemplate, request.params, encodeURIComponent);
  yield fillRoute(routeTemplate, request.params, encodeReserved);
}

function isSamePath(one: string, other: string): boolean {
  const [left, right] = [one.split('/'), other.split('/')];
  return left.length === right.length && left.every((segment, at) => decoded(segment) === decoded(right[at] ?? ''));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fillRoute(
  template: string,
  params: Readonly<Record<string, string>>,
  encode: (value: string) => string,
): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encode(params[name] ?? ''));
  return path.startsWith('/') ? path : `/${path}`;
}

/** As .NET and Python encode: of the marks that `encodeURIComponent` keeps, `!'()*` are encoded too (RFC 3986). */
function encodeReserved(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
