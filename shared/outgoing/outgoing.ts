// The one way to addresses that somebody else chose: receivers of callbacks, sockets of media, files that are played.
// https, to nobody whom only this app can reach; the address that was checked is the one that is connected to; no redirects;
// bounded time, bodies and connections.
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent } from 'undici';
import { kindOfAddress } from './address-kind.js';
import { OutgoingRefused } from './outgoing-refused.js';

/** What may be asked beside addresses that anybody can reach. */
export interface OutgoingRule {
  /** Those of private networks, for receivers that stand beside the app. */
  readonly private: boolean;
  /** This machine, by http as well; for the emulator. */
  readonly loopback: boolean;
}

export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

export interface OutgoingOptions {
  readonly rule: OutgoingRule;
  /** All addresses of a name; of the system unless given. */
  readonly find?: (host: string) => Promise<readonly FoundAddress[]>;
}

export interface OutgoingPost {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  /** Of `Retry-After`, where it is a number. */
  readonly retryAfterSeconds: number | undefined;
}

const connectMs = 5_000;
const answerMs = 15_000;
const maxAnswerBytes = 64 * 1_024;
const connectionsPerHost = 16;
const maxAddressCharacters = 2_048;

export class Outgoing {
  readonly #rule: OutgoingRule;
  readonly #find: (host: string) => Promise<readonly FoundAddress[]>;
  #agent: Agent | undefined;

  constructor({ rule, find = (host) => lookup(host, { all: true }) }: OutgoingOptions) {
    this.#rule = rule;
    this.#find = find;
  }

  /** Whether it may be asked at all, by how it is written; what its name leads to is looked at when it is asked. */
  mayGoTo(address: string, scheme: 'http' | 'websocket' = 'http'): boolean {
    if (address.length > maxAddressCharacters || !URL.canParse(address)) {
      return false;
    }
    const { protocol, hostname, username, password } = new URL(address);
    const [safe, plain] = scheme === 'http' ? ['https:', 'http:'] : ['wss:', 'ws:'];
    const host = hostname.replace(/^\[|\]$/g, '');
    const isPlainHere = protocol === plain && this.#rule.loopback && isLoopbackHost(host);
    if ((protocol !== safe && !isPlainHere) || username !== '' || password !== '') {
      return false;
    }
    return isIP(host) === 0 ? this.#rule.loopback || !isLoopbackHost(host) : this.#isAllowed(host);
  }

  /**
   * Sends something, and reads no more of the answer than its status. A redirect is an answer like any other.
   *
   * @throws {OutgoingRefused} for an address that must not be asked; nothing has left then
   */
  async post(address: string, { headers, body, signal }: OutgoingPost): Promise<OutgoingAnswer> {
    if (!this.mayGoTo(address)) {
      throw new OutgoingRefused();
    }
    const { origin, pathname, search } = new URL(address);
    this.#agent ??= new Agent({
      connections: connectionsPerHost,
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
      maxResponseSize: maxAnswerBytes,
      connect: { timeout: connectMs, lookup: this.lookup },
    });
    const {
      statusCode: status,
      headers: answered,
      body: answer,
    } = await this.#agent.request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers,
      body,
      signal,
    });
    // The connection is used again only when the answer was read to its end.
    await answer.dump({ limit: maxAnswerBytes, signal }).catch(() => undefined);
    const after = Number(answered['retry-after'] ?? Number.NaN);
    return { status, retryAfterSeconds: Number.isFinite(after) && after >= 0 ? after : undefined };
  }

  /**
   * For a WebSocket (`new WebSocket(address, outgoing.socketOptions(address))`).
   *
   * @throws {OutgoingRefused} for an address that must not be asked
   */
  socketOptions(address: string) {
    if (!this.mayGoTo(address, 'websocket')) {
      throw new OutgoingRefused();
    }
    return { lookup: this.lookup, followRedirects: false, handshakeTimeout: connectMs } as const;
  }

  /** The hook of Node's sockets: gives the addresses that were checked, and no others. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.#checked(host, Number(String(options.family ?? 0).replace('IPv', '')), (failure, found) => {
      const [first] = found ?? [];
      if (first === undefined) {
        callback(failure ?? new OutgoingRefused(), '', 0);
      } else if (options.all) {
        callback(null, [...found]);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };

  readonly #checked = callbackify(async (host: string, family: number): Promise<readonly FoundAddress[]> => {
    const found = await this.#find(host);
    // One that must not be asked among others is how a name is made to lead there at the second look.
    if (!found.every(({ address }) => this.#isAllowed(address))) {
      throw new OutgoingRefused();
    }
    const wanted = found.filter((each) => family === 0 || family === each.family);
    if (wanted.length === 0) {
      throw Object.assign(new Error('The name leads nowhere.'), { code: 'ENOTFOUND' });
    }
    return wanted;
  });

  async close(): Promise<void> {
    await this.#agent?.destroy();
    this.#agent = undefined;
  }

  #isAllowed(address: string): boolean {
    const kind = kindOfAddress(address);
    return kind === 'public' || (kind !== 'forbidden' && this.#rule[kind]);
  }
}

function isLoopbackHost(host: string): boolean {
  return isIP(host) === 0 ? /^(.+\.)?localhost\.?$/.test(host) : kindOfAddress(host) === 'loopback';
}
