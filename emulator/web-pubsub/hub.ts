// One hub: the WebSockets of one geography, by connection and by user. Clients are "simple" ones without a subprotocol: each
// frame that they send is an event, which the app answers with at most one frame, or loses the client.
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Upstream, UpstreamEvent } from './upstream.js';

/** A client that does not read is dropped. */
const maxUnreadBytes = 4 * 1_048_576;
/** Frames of a client that wait for their turn. */
const maxWaitingFrames = 64;
const policyViolation = 1008;
const internalError = 1011;
const normalClosure = 1000;

interface Connection {
  readonly id: string;
  readonly user: string;
  readonly socket: WebSocket;
  state: string;
  waiting: number;
  /** Events of one connection are told one after the other. */
  turn: Promise<void>;
}

export class Hub {
  readonly #upstream: Pick<Upstream, 'tell'>;
  readonly #connections = new Map<string, Connection>();
  readonly #users = new Map<string, Set<Connection>>();

  constructor(upstream: Pick<Upstream, 'tell'>) {
    this.#upstream = upstream;
  }

  get size(): number {
    return this.#connections.size;
  }

  open(socket: WebSocket, user: string): void {
    const id = randomBytes(18).toString('base64url');
    const connection: Connection = { id, user, socket, state: '', waiting: 0, turn: Promise.resolve() };
    this.#connections.set(id, connection);
    const ofUser = this.#users.get(user) ?? new Set();
    this.#users.set(user, ofUser.add(connection));
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#heard(connection, data, isBinary));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      this.#connections.delete(id);
      ofUser.delete(connection);
      if (ofUser.size === 0 && this.#users.get(user) === ofUser) {
        this.#users.delete(user);
      }
      this.#inTurn(connection, 'disconnected');
    });
    this.#inTurn(connection, 'connected');
  }

  sendToUser(user: string, text: string): void {
    for (const connection of this.#users.get(user) ?? []) {
      send(connection, text);
    }
  }

  /** @returns whether there is such a connection */
  sendToConnection(id: string, text: string): boolean {
    const connection = this.#connections.get(id);
    if (connection !== undefined) {
      send(connection, text);
    }
    return connection !== undefined;
  }

  closeUser(user: string): void {
    for (const { socket } of this.#users.get(user) ?? []) {
      socket.close(normalClosure);
    }
  }

  closeConnection(id: string): void {
    this.#connections.get(id)?.socket.close(normalClosure);
  }

  closeAll(): void {
    for (const { socket } of this.#connections.values()) {
      socket.terminate();
    }
  }

  #heard(connection: Connection, data: Buffer, isBinary: boolean): void {
    if (isBinary || connection.waiting >= maxWaitingFrames) {
      connection.socket.close(policyViolation);
      return;
    }
    this.#inTurn(connection, 'message', data.toString());
  }

  #inTurn(connection: Connection, kind: UpstreamEvent['kind'], text?: string): void {
    connection.waiting += 1;
    connection.turn = this.#behind(connection.turn, connection, kind, text);
  }

  async #behind(before: Promise<void>, connection: Connection, kind: UpstreamEvent['kind'], text?: string) {
    await before;
    await this.#tell(connection, kind, text).catch(() => connection.socket.close(internalError));
    connection.waiting -= 1;
  }

  async #tell(connection: Connection, kind: UpstreamEvent['kind'], text?: string): Promise<void> {
    const { id: connectionId, user, socket, state } = connection;
    if (kind === 'message' && socket.readyState !== WebSocket.OPEN) {
      return;
    }
    const event = { kind, connectionId, user, state, ...(text !== undefined && { text }) };
    const answer = await this.#upstream.tell(event);
    connection.state = answer.state ?? connection.state;
    if (kind !== 'message') {
      return;
    }
    if (answer.status !== 200 && answer.status !== 204) {
      socket.close(internalError);
    } else if (answer.text !== '') {
      send(connection, answer.text);
    }
  }
}

function send({ socket }: Connection, text: string): void {
  if (socket.bufferedAmount > maxUnreadBytes) {
    socket.terminate();
  } else if (socket.readyState === WebSocket.OPEN) {
    socket.send(text);
  }
}
