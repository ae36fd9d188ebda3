// Passing on for what is no operation: the few routes of the platform that are asked at the host of a resource.
import { type ApiRequest, type ApiResponse, Fault, renderFault } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { arrive, passHome } from './arrival.js';
import type { FindHere } from './find-here.js';
import type { Peers } from './peers.js';

export interface PassingParts {
  readonly peers: Peers;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The resource of this geography that a request is for. */
  readonly findResource: FindHere;
  reportFailure(name: string, requestId: string, failure: unknown): void;
}

export interface Passing {
  /** Whether a resource of this geography answers at the host that another geography asks about. */
  isHere(request: ApiRequest): Promise<boolean>;
  /** The answer of the geography that the host belongs to; undefined when this one is to answer. */
  passOn(name: string, request: ApiRequest): Promise<ApiResponse | undefined>;
}

const budgetMs = 30_000;

export function createPassing({ peers, clock, ids, findResource, reportFailure }: PassingParts): Passing {
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
        return await passHome(peers, arrival, clock.monotonic() + budgetMs);
      } catch (failure) {
        if (!(failure instanceof Fault) || failure.status >= 500) {
          reportFailure(name, requestId, failure);
        }
        return renderFault({ requestId, clientRequestId: undefined, supportedVersions: undefined }, failure);
      }
    },
  };
}
