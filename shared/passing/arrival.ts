// Where a request belongs: as the client addressed it, also when another geography has passed it on; and the way on to
// the geography that its resource lies in, without reading its body.
import { figure } from '../budgets/index.js';
import { type ApiRequest, type ApiResponse, declaredLength, Fault, faults } from '../http/index.js';
import { passingFaults } from './faults.js';
import { announcesBody } from './passed-headers.js';
import type { Hop, Peers } from './peers.js';

export interface Arrival {
  /** As the client addressed it. */
  readonly request: ApiRequest;
  /** Scheme, host and port, lower case. */
  readonly origin: string;
  /** Host, with a port that is not the scheme's own. */
  readonly host: string;
  /** The query as it was sent. */
  readonly search: URLSearchParams;
  /** Present when another geography has passed it on. */
  readonly hop: Hop | undefined;
}

/** @throws {Fault} 403 when the request claims to have been passed on and was not */
export function arrive(peers: Pick<Peers, 'hopOf'>, received: ApiRequest): Arrival {
  const hop = peers.hopOf(received);
  const { url } = received;
  const hostStart = url.indexOf('//') + 2;
  const pathStart = url.indexOf('/', hostStart);
  const queryStart = url.indexOf('?', pathStart);
  const origin = hop?.origin ?? url.slice(0, pathStart).toLowerCase();
  return {
    request: hop === undefined ? received : atOrigin(received, hop.origin, url.slice(pathStart)),
    origin,
    host: origin.slice(origin.indexOf('//') + 2),
    search: new URLSearchParams(queryStart < 0 ? '' : url.slice(queryStart + 1)),
    hop,
  };
}

/**
 * Passes a request on to the geography of its resource, untouched. A small body is read first, so that a client who sends
 * it slowly holds no connection meanwhile.
 *
 * @param readWhole reads a body that is no longer than this, within what callers share
 *
 * @throws {Fault} 404 when no geography has the resource, 400 for a body that cannot go along, 508 when it was passed on
 *   already; those of `Peers.forward`
 */
export async function passHome(
  peers: Peers,
  arrival: Arrival,
  deadline: number,
  readWhole: (maxBytes: number) => Promise<Buffer>,
): Promise<ApiResponse> {
  const { request, host, hop } = arrival;
  if (hop !== undefined) {
    throw new Fault(peers.knownHomeOf(host) === undefined ? faults.unknownResource : passingFaults.loop);
  }
  const home = await peers.homeOf(host);
  if (home === undefined) {
    throw new Fault(faults.unknownResource);
  }
  const { method, url } = request;
  const headers = [...request.headers()];
  const hasBody = announcesBody(headers);
  if (hasBody && (method === 'GET' || method === 'HEAD')) {
    // Platforms do not hand such a body over, and without the bytes it announces the request is broken.
    throw new Fault(passingFaults.notPassable);
  }
  const body = hasBody ? await bodyOf(request, readWhole) : undefined;
  return await peers.forward(home, { method, url, headers, body, deadline, signal: request.hungUp });
}

async function bodyOf(
  request: ApiRequest,
  readWhole: (maxBytes: number) => Promise<Buffer>,
): Promise<Buffer | ReturnType<ApiRequest['streamBody']>> {
  const maxBytes = figure('passedWhole');
  const declared = declaredLength(request);
  return declared !== undefined && declared <= maxBytes
    ? await readWhole(maxBytes)
    : request.streamBody(Number.POSITIVE_INFINITY);
}

/** The request as it was before it was passed on: what it is signed over, and what answers link to. */
function atOrigin(request: ApiRequest, origin: string, target: string): ApiRequest {
  const host = origin.slice(origin.indexOf('//') + 2);
  const replaced = new Map<string, string | undefined>([
    ['host', host],
    ['x-forwarded-host', undefined],
    ['x-original-host', undefined],
  ]);
  return {
    method: request.method,
    url: origin + target,
    params: request.params,
    header: (name) => (replaced.has(name) ? replaced.get(name) : request.header(name)),
    *headers() {
      for (const header of request.headers()) {
        if (!replaced.has(header[0])) {
          yield header;
        }
      }
      yield ['host', host];
    },
    readBody: (maxBytes, withinMs) => request.readBody(maxBytes, withinMs),
    streamBody: (maxBytes) => request.streamBody(maxBytes),
    get hungUp() {
      return request.hungUp;
    },
  };
}
