// Which resource of this geography a request is for: by the host it names, and in the emulator, where a port is all that
// tells resources apart, else by the listener that it came in at. Clients sign and send hosts without port, or names that
// only their container or device knows.
import type { Resource } from '../geography/index.js';
import type { Arrival } from './arrival.js';
import { listenerHeader } from './passed-headers.js';
import type { Peers } from './peers.js';

export interface HereParts {
  readonly isEmulator: boolean;
  readonly peers: Pick<Peers, 'knownHomeOf' | 'homeOf'>;
  find(host: string): Promise<Resource | undefined> | Resource | undefined;
}

export type FindHere = (
  arrival: Pick<Arrival, 'host' | 'request' | 'hop'>,
) => Promise<Resource | undefined> | Resource | undefined;

/** A name that the emulator gives out itself: its port may be that of a resource in another geography. */
const givenOut = /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/;

export function createFindHere({ isEmulator, peers, find }: HereParts): FindHere {
  return ({ host, request, hop }) => {
    const listener = isEmulator && hop === undefined ? request.header(listenerHeader) : undefined;
    return listener === undefined || listener === host ? find(host) : findAtEither(host, listener);
  };

  async function findAtEither(host: string, listener: string): Promise<Resource | undefined> {
    const named = await find(host);
    if (named !== undefined) {
      return named;
    }
    const home = givenOut.test(host) ? await peers.homeOf(host) : peers.knownHomeOf(host);
    return home === undefined ? await find(listener) : undefined;
  }
}
