// Connections that stop being HTTP: who gets them, by the path that was asked for, and what the others are told.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { checkHandshake, type HandshakeRefusal } from './upgrade-handshake.js';

/**
 * Takes a connection over, or does not.
 *
 * @param head what the client has sent already behind its request
 * @returns whether it has taken the connection, which is then its own until it ends; else the client gets a 404
 */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/** How long a client may take to read why it was refused. */
const refusalMs = 2_000;

export class Upgrades {
  readonly #handlers = new Map<string, UpgradeHandler>();
  readonly #taken = new Set<Duplex>();
  readonly #maxTaken: number;
  #isOpen = false;
  #refusalOf: (request: IncomingMessage) => HandshakeRefusal['status'] | undefined = () => undefined;

  /** @param maxTaken connections taken over at the same time; more are refused */
  constructor(maxTaken: number) {
    this.#maxTaken = maxTaken;
  }

  /**
   * Hands connections for a path and everything below it to a handler; the longest path wins.
   *
   * @param prefix begins with a slash and does not end with one
   * @returns takes the handler away again; what it has taken over stays
   * @throws {Error} when the path has a handler already
   */
  add(prefix: string, handler: UpgradeHandler): () => void {
    if (!/^(?:\/[^/?#]+)+$/.test(prefix)) {
      throw new Error(`"${prefix}" is not a path such as "/live-chat".`);
    }
    if (this.#handlers.has(prefix)) {
      throw new Error(`Somebody takes upgrades of ${prefix} already.`);
    }
    this.#handlers.set(prefix, handler);
    return () => void this.#handlers.delete(prefix);
  }

  /** Browsers ask for WebSockets across origins without a preflight, so that whoever takes them would have to look. */
  refuseWhen(refusalOf: (request: IncomingMessage) => HandshakeRefusal['status'] | undefined): void {
    this.#refusalOf = refusalOf;
  }

  /** Never throws. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const status = this.#refusalOf(request);
    const foreign: HandshakeRefusal | undefined = status && { status };
    const refusal = foreign ?? checkHandshake(request) ?? this.#handOver(request, socket, head);
    if (refusal !== undefined) {
      refuse(socket, refusal);
    }
  }

  /** From now on connections are taken over; until then they are told to come back. */
  open(): void {
    this.#isOpen = true;
  }

  /** Ends what was taken over, and takes nothing more. */
  close(): void {
    this.#isOpen = false;
    for (const socket of this.#taken) {
      socket.destroy();
    }
  }

  #handOver(request: IncomingMessage, socket: Duplex, head: Buffer): HandshakeRefusal | undefined {
    if (!this.#isOpen || this.#taken.size >= this.#maxTaken) {
      return { status: 503 };
    }
    const handler = this.#handlerOf((request.url ?? '').replace(/\?.*$/s, ''));
    if (handler === undefined) {
      return { status: 404 };
    }
    this.#taken.add(socket);
    socket.once('close', () => this.#taken.delete(socket));
    try {
      if (handler(request, socket, head)) {
        return undefined;
      }
    } catch {
      this.#taken.delete(socket);
      return { status: 500 };
    }
    this.#taken.delete(socket);
    return { status: 404 };
  }

  #handlerOf(path: string): UpgradeHandler | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const handler = this.#handlers.get(path.slice(0, end));
      if (handler !== undefined) {
        return handler;
      }
    }
    return undefined;
  }
}

function refuse(socket: Duplex, { status, headers = [] }: HandshakeRefusal): void {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, 'Connection: close', 'Content-Length: 0'];
  const limit = setTimeout(() => socket.destroy(), refusalMs);
  socket.once('close', () => clearTimeout(limit));
  socket.end(`${lines.join('\r\n')}\r\n\r\n`, () => socket.destroy());
}
