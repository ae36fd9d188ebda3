// Passing on for what is no operation: the few routes of the platform that are asked at the host of a resource.
import { clientOf, type FrontEnd } from '../auth/index.js';
import { figure } from '../budgets/index.js';
import { type ApiRequest, type ApiResponse, Fault, renderFault } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { type Arrival, arrive, passHome } from './arrival.js';
import type { FindHere } from './find-here.js';
import type { Peers } from './peers.js';

/** What a request holds of what all of them share. */
interface Held {
  readBody(maxBytes: number, resource: undefined): Promise<Buffer>;
  giveBack(): void;
}

export interface PassingParts {
  readonly peers: Peers;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The resource of this geography that a request is for. */
  readonly findResource: FindHere;
  /** What stands before the app, if anything does. */
  readonly frontEnd: FrontEnd | undefined;
  /** @param sharing the request, where it came from, and the ms until nobody waits any more */
  share(sharing: { readonly request: ApiRequest; readonly address: string; leftMs(): number }): Held;
  reportFailure(name: string, requestId: string, failure: unknown): void;
}

export interface Passing {
  /** Whether a resource of this geography answers at the host that another geography asks about. */
  isHere(request: ApiRequest): Promise<boolean>;
  /** The answer of the geography that the host belongs to; undefined when this one is to answer. */
  passOn(name: string, request: ApiRequest): Promise<ApiResponse | undefined>;
}

const budgetMs = figure('request');

export function createPassing(parts: PassingParts): Passing {
  const { peers, clock, ids, findResource, reportFailure } = parts;
  return {
    async isHere(request) {
      try {
        const arrival = arrive(peers, request);
        return arrival.hop !== undefined && (await findResource(arrival)) !== undefined;
      } catch (failure) {
        if (failure instanceof Fault) {
          return false;
        }
        throw failure;
      }
    },
    async passOn(name, request) {
      const requestId = ids.uuid();
      try {
        const arrival = arrive(peers, request);
        const isElsewhere = arrival.hop === undefined && peers.knownHomeOf(arrival.host) !== undefined;
        if (!isElsewhere || (await findResource(arrival)) !== undefined) {
          return undefined;
        }
        return await passWithin(parts, arrival, clock.monotonic() + budgetMs);
      } catch (failure) {
        if (!(failure instanceof Fault) || failure.status >= 500) {
          reportFailure(name, requestId, failure);
        }
        return renderFault({ requestId, clientRequestId: undefined, supportedVersions: undefined }, failure);
      }
    },
  };
}

async function passWithin(
  { peers, clock, frontEnd, share }: PassingParts,
  arrival: Arrival,
  deadline: number,
): Promise<ApiResponse> {
  const { request } = arrival;
  const address = clientOf(frontEnd, (name) => request.header(name));
  const held = share({ request, address, leftMs: () => deadline - clock.monotonic() });
  try {
    return await passHome(peers, arrival, deadline, (maxBytes) => held.readBody(maxBytes, undefined));
  } finally {
    held.giveBack();
  }
}
