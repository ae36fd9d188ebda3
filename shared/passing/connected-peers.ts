// The way to the other geographies: signs the hop, passes requests on, recognises what was passed on to here.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { clientOf, type FrontEnd, publicKeysByKid, type SigningKeys } from '../auth/index.js';
import { figure } from '../budgets/index.js';
import { type GeographySlug, geographySlugs } from '../geography/index.js';
import { type ApiResponse, Fault } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { traceHeaders } from '../tracing/index.js';
import { passingFaults } from './faults.js';
import { HomeFinder } from './home-finder.js';
import { hopHeader, signHop, splitUrl, verifyHop } from './hop-token.js';
import { requestHeaders } from './passed-headers.js';
import { PeerConnection } from './peer-connection.js';
import type { Hop, PassedRequest, Peers } from './peers.js';
import type { PeerSettings, World } from './world.js';

/** Where a geography says whether one of its resources answers at the host of the hop header: 204 or 404. */
export const hostQuestionPath = '.domicile/host';

const questionMs = figure('hostQuestion');

export interface ConnectedPeersParts {
  readonly geography: GeographySlug;
  /** Signs hop headers; its public half stands in the settings of the others. */
  readonly keys: Pick<SigningKeys, 'current'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** What stands before the app, if anything does. */
  readonly frontEnd?: FrontEnd | undefined;
}

interface Peer {
  readonly address: string;
  readonly connection: PeerConnection;
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
}

export class ConnectedPeers implements Peers {
  readonly #parts: ConnectedPeersParts;
  readonly #homes: HomeFinder;
  #peers: ReadonlyMap<GeographySlug, Peer> = new Map();

  constructor(parts: ConnectedPeersParts) {
    this.#parts = parts;
    this.#homes = new HomeFinder({
      geography: parts.geography,
      clock: parts.clock,
      slugs: () => this.slugs,
      ask: (geography, host) => this.#ask(geography, host),
    });
  }

  get slugs(): readonly GeographySlug[] {
    return [...this.#peers.keys()];
  }

  /** Takes what the settings say, in place of what they said before. */
  meet({ peers, hosts }: World): void {
    const before = this.#peers;
    const others = geographySlugs.filter((slug) => slug !== this.#parts.geography && peers[slug] !== undefined);
    this.#peers = new Map(others.map((slug) => [slug, toPeer(peers[slug], before.get(slug))]));
    for (const { connection } of before.values()) {
      if (![...this.#peers.values()].some((peer) => peer.connection === connection)) {
        void connection.close();
      }
    }
    this.#homes.learn(
      new Map(
        Object.entries(hosts).flatMap(([host, home]): [string, GeographySlug][] =>
          typeof home === 'string' ? [] : [[host.toLowerCase(), home.geography]],
        ),
      ),
    );
  }

  async forward(geography: GeographySlug, request: PassedRequest): Promise<ApiResponse> {
    const { clock, ids, keys, frontEnd } = this.#parts;
    const peer = this.#peers.get(geography);
    if (peer === undefined) {
      throw new Fault(passingFaults.unreachable);
    }
    const headers = [...request.headers];
    if (headers.some(([name]) => name === hopHeader)) {
      throw new Fault(passingFaults.loop);
    }
    const budgetMs = request.deadline - clock.monotonic();
    if (budgetMs <= 0) {
      throw new Fault(passingFaults.tooSlow);
    }
    const hop = { to: geography, request, budgetMs, jti: ids.uuid() };
    const caller = clientOf(frontEnd, (name) => headers.find(([each]) => each === name)?.[1]);
    return await peer.connection.send({
      method: request.method,
      target: splitUrl(request.url).target,
      headers: {
        ...requestHeaders(headers),
        ...traceHeaders(),
        [hopHeader]: signHop({ geography: this.#parts.geography, keys }, hop, clock.realNow()),
      },
      body: request.body,
      holder: request.isQuestion ? undefined : { caller, resource: new URL(request.url).host },
      budgetMs,
      signal: request.signal,
    });
  }

  hopOf(request: { method: string; url: string; header(name: string): string | undefined }): Hop | undefined {
    const token = request.header(hopHeader);
    if (token === undefined) {
      return undefined;
    }
    const { geography, clock } = this.#parts;
    const keysOf = (from: GeographySlug) => this.#peers.get(from)?.publicKeys;
    const hop = verifyHop(token, request, geography, keysOf, clock.realNow());
    if (hop === undefined) {
      throw new Fault(passingFaults.hopRefused);
    }
    return hop;
  }

  knownHomeOf(host: string): GeographySlug | undefined {
    return this.#homes.known(host);
  }

  async homeOf(host: string): Promise<GeographySlug | undefined> {
    return await this.#homes.find(host);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#peers.values()].map(({ connection }) => connection.close()));
  }

  async #ask(geography: GeographySlug, host: string): Promise<boolean> {
    const { status } = await this.forward(geography, {
      method: 'HEAD',
      url: `https://${host}/${hostQuestionPath}`,
      headers: [],
      body: undefined,
      isQuestion: true,
      deadline: this.#parts.clock.monotonic() + questionMs,
    });
    if (status === 204 || status === 404) {
      return status === 204;
    }
    throw new Fault(passingFaults.unreachable);
  }
}

/** A connection is kept while the address stays. */
function toPeer(settings: PeerSettings[GeographySlug], before: Peer | undefined): Peer {
  const { url = '', keys = [] } = settings ?? {};
  return {
    address: url,
    connection: before?.address === url ? before.connection : new PeerConnection(url),
    publicKeys: publicKeysByKid(keys.map((key) => createPublicKey({ key, format: 'jwk' }))),
  };
}
