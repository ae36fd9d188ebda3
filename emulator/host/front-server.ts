// HTTPS and HTTP on the same port: the first byte of a connection tells which one it speaks.
import type { EventEmitter } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { figure } from '../../shared/budgets/index.js';
import { listenOnLoopback, type LoopbackPort } from './loopback-listeners.js';
import { putBackWithoutOffer } from './ignore-upgrade.js';
import { pollUntil } from './poll-until.js';
import { hasTooManyHeaders, isWebSocket } from './upgrade-handshake.js';
import { Upgrades } from './upgrades.js';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

export interface FrontLimits {
  /** Time for the first byte and for the TLS handshake. */
  readonly handshakeMs: number;
  /** Time for all headers of a request. */
  readonly headersMs: number;
  /** Time for a whole request; Azure cuts at about this. */
  readonly requestMs: number;
  readonly keepAliveMs: number;
  readonly maxHeaderBytes: number;
  /** Connections that have not sent a byte yet; the oldest goes when there are more. */
  readonly maxSilentConnections: number;
  /** Connections that have become WebSockets; more are refused. */
  readonly maxWebSockets: number;
  /** How often node:http looks for slow requests. */
  readonly checkEveryMs: number;
}

export const defaultFrontLimits: FrontLimits = {
  handshakeMs: figure('frontHandshake'),
  headersMs: figure('frontHeaders'),
  requestMs: figure('frontRequest'),
  keepAliveMs: 75_000,
  maxHeaderBytes: 32_768,
  maxSilentConnections: figure('frontSilentConnections'),
  maxWebSockets: figure('frontWebSockets'),
  checkEveryMs: 5_000,
};

/** First byte of a TLS record that holds a handshake message (RFC 8446, 5.1). */
const tlsHandshake = 0x16;

export class FrontServer {
  /** Who takes over WebSockets. */
  readonly upgrades: Upgrades;
  readonly #http;
  readonly #https;
  readonly #limits: FrontLimits;
  readonly #listeners: LoopbackPort[] = [];
  readonly #sockets = new Set<Socket>();
  /** In the order of their arrival. */
  readonly #silent = new Set<Socket>();

  constructor(
    tls: { readonly key: string; readonly cert: string },
    onRequest: RequestListener,
    limits = defaultFrontLimits,
  ) {
    this.#limits = limits;
    this.upgrades = new Upgrades(limits.maxWebSockets);
    const options = {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      maxHeaderSize: limits.maxHeaderBytes,
    };
    this.#http = createHttpServer(options, onRequest);
    this.#https = createHttpsServer({ ...options, ...tls, handshakeTimeout: limits.handshakeMs }, onRequest);
    this.#passOnUpgrades(this.#http, 'connection');
    this.#passOnUpgrades(this.#https, 'secureConnection');
    for (const server of [this.#http, this.#https]) {
      // These servers never listen themselves, and node:http watches for slow requests only from this event on.
      server.emit('listening');
    }
  }

  get ports(): readonly number[] {
    return this.#listeners.map(({ port }) => port);
  }

  /** Listens on 127.0.0.1 and ::1; port 0 takes a free one. */
  async listen(port: number): Promise<number> {
    const listener = await listenOnLoopback(port, (socket) => this.#accept(socket));
    this.#listeners.push(listener);
    return listener.port;
  }

  /** Accepts nothing more on a port; connections that came by it stay until they end. */
  async unlisten(port: number): Promise<void> {
    const index = this.#listeners.findIndex((listener) => listener.port === port);
    const [listener] = index < 0 ? [] : this.#listeners.splice(index, 1);
    if (listener !== undefined) {
      await listener.close();
    }
  }

  /** Gives the ports back at once, then waits at most `graceMs` for requests that are being answered. */
  async close(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    for (const socket of this.#silent) {
      socket.destroy();
    }
    this.upgrades.close();
    await pollUntil(() => {
      this.#http.closeIdleConnections();
      this.#https.closeIdleConnections();
      return this.#sockets.size === 0;
    }, deadline);
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    for (const server of [this.#http, this.#https]) {
      // Ends the watch for slow requests; answers with an error because it never listened, which is as it should be.
      server.close(() => undefined);
    }
  }

  /** @param event by which the server takes a connection that speaks HTTP from here on */
  #passOnUpgrades(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (isBeingAnswered(socket)) {
        socket.destroy(); // the answer to an earlier request would run into what comes now
      } else if (isWebSocket(request) || hasTooManyHeaders(request)) {
        this.upgrades.handle(request, socket, head);
      } else {
        putBackWithoutOffer(request, socket, head);
        server.emit(event, socket);
      }
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    this.#silent.add(socket);
    if (this.#silent.size > this.#limits.maxSilentConnections) {
      const [oldest] = this.#silent;
      oldest?.destroy();
    }
    const giveUp = (): void => {
      socket.destroy();
    };
    socket.on('error', giveUp);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#silent.delete(socket);
    });
    socket.once('end', giveUp);
    socket.setTimeout(this.#limits.handshakeMs, giveUp);
    socket.once('data', (chunk: Buffer) => {
      this.#silent.delete(socket);
      socket.removeListener('end', giveUp);
      socket.removeListener('timeout', giveUp);
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(chunk);
      if (chunk[0] === tlsHandshake) {
        // TLS reads what was put back itself, on the next tick; a flowing socket would lose it.
        this.#https.emit('connection', socket);
      } else {
        this.#http.emit('connection', socket);
        // node:http would read past the stream of this socket, which flows already: then nothing holds a client back whose
        // body nobody reads. With another listener it takes what the stream gives.
        socket.on('data', ignore);
        socket.resume();
      }
    });
  }
}

function ignore(): void {
  // Read by node:http.
}

/** node:http notes on a connection which answer is being written to it, and tells nobody else. */
function isBeingAnswered(socket: Duplex): boolean {
  return (socket as { _httpMessage?: unknown })._httpMessage != null;
}
