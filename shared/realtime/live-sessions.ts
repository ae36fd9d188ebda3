// The life of a connection over a WebSocket: a session is opened, the client says who it is, goes on speaking, and goes.
import { isKeyInForce, type VerifiedUserToken } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { Fault, faults } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { type ConnectionState, readConnectionState, writeConnectionState } from './connection-state.js';
import type { Connections } from './connections.js';
import { readClientFrames, type SessionPlace } from './client-frames.js';
import { connectFrame, eventFrame, joinFrames } from './frames.js';
import type { Leavers } from './leavers.js';
import type { LiveRecord } from './live-record.js';
import { sessionSeconds } from './limits.js';
import type { Presence } from './presence.js';
import { connectedArguments, sessionAnswer, webSocketParameters } from './session-answer.js';
import type { SocketNames } from './socket-names.js';
import type { SocketService } from './socket-service.js';

export interface LiveSessionParts {
  readonly service: SocketService;
  readonly names: SocketNames;
  readonly presence: Presence;
  readonly connections: Connections;
  readonly leavers: Leavers;
  readonly clock: Clock;
  readonly ids: Ids;
  /** @throws {Fault} 401 for a token that is not (any more) one of this resource */
  verify(token: string, resource: Resource): VerifiedUserToken;
  /** The resource of this name, from memory where possible. */
  findResource(name: string): Promise<Resource | undefined>;
  /** The newest generation of tokens of a user that was announced; tokens below it are dead. */
  generationOf(user: string): number | undefined;
  record(what: LiveRecord): void;
}

/** What the service that keeps a connection says of it. */
export interface SocketConnection {
  readonly id: string;
  /** What the service calls whose it is, see {@link SocketNames}. */
  readonly name: string;
  /** As it was written last. */
  readonly state: string | undefined;
}

export interface SocketAnswer {
  /** A frame for the client. */
  readonly text?: string;
  /** To be kept with the connection. */
  readonly state?: string;
}

export class LiveSessions {
  readonly #parts: LiveSessionParts;

  constructor(parts: LiveSessionParts) {
    this.#parts = parts;
  }

  /**
   * @param place at which resource, and with which host the client addressed it
   * @param token of whoever opens it, which has been found good
   */
  async open(place: SessionPlace, token: Pick<VerifiedUserToken, 'rawId' | 'identityGeneration' | 'expiresOn'>) {
    const address = { origin: `https://${place.host}`, id: this.#newId() };
    const name = this.#parts.names.of(this.#parts.presence.userOf(token.rawId), token.identityGeneration);
    return sessionAnswer(address, await this.#parametersOf(place, name, token.expiresOn));
  }

  /** A WebSocket is open: the client waits for the first frame before it says anything. */
  async welcome(connection: Pick<SocketConnection, 'id'>): Promise<void> {
    await this.#parts.service.sendToConnection(connection.id, connectFrame);
  }

  /**
   * What a client says.
   *
   * @throws {Fault} 401 when its token is not good any more: then the connection is to be closed
   */
  async hear(connection: SocketConnection, text: string): Promise<SocketAnswer> {
    const { acks, asks, unread } = readClientFrames(text);
    if (unread > 0) {
      const resourceId = readConnectionState(connection.state)?.resourceId;
      const place = resourceId === undefined ? {} : { place: { resourceId } };
      const { id: connectionId } = connection;
      const record = { kind: 'notices', outcome: 'unread', via: 'socket', notices: unread, connectionId } as const;
      this.#parts.record({ ...record, ...place });
    }
    if (asks !== undefined) {
      const { frame, state } = await this.#admit(connection, asks);
      return { text: joinFrames([frame, ...acks]), state };
    }
    await this.#requireAlive(connection);
    return acks.length === 0 ? {} : { text: joinFrames(acks) };
  }

  /** A connection is closed. Whoever has none left counts as gone a little later, so that a page may be loaded again. */
  async close({ id, name, state }: SocketConnection): Promise<void> {
    const known = readConnectionState(state);
    if (known === undefined) {
      return;
    }
    const { resourceId, user = name } = known;
    await this.#parts.connections.close({ resourceId, user, id });
    this.#recordConnection('closed', id, resourceId);
    this.#parts.leavers.leaveLater(resourceId, user);
  }

  /** Of whom something was announced, such as that their tokens are dead: what they have open is closed at once. */
  async closeAllOf(user: string): Promise<void> {
    // Also of whom nobody has stated that they have a socket: whoever opens one and says nothing has stated nothing.
    for (const name of this.#parts.names.revoked(user)) {
      await this.#parts.service.closeUser(name);
    }
  }

  async #admit({ id, name }: SocketConnection, asked: SessionPlace & { readonly token: string }) {
    const { presence, connections, clock, names } = this.#parts;
    const resource = await this.#parts.findResource(asked.resource);
    if (resource === undefined) {
      throw new Fault(faults.unauthorized);
    }
    const verified = this.#parts.verify(asked.token, resource);
    const { resourceId, identityGeneration: generation, key, expiresOn: until } = verified;
    const user = presence.userOf(verified.rawId);
    if (names.of(user, generation) !== name) {
      throw new Fault(faults.unauthorized);
    }
    await names.hold(user, generation, until);
    await connections.open({ resourceId, user, id, via: 'socket', since: Math.floor(clock.now()), until });
    await presence.arrive(user, 'socket');
    await presence.heard(user);
    this.#recordConnection('opened', id, resourceId, verified.rawId);
    const place = { resource: resource.name, host: asked.host };
    const parameters = await this.#parametersOf(place, name, until);
    const state: ConnectionState = {
      resource: resource.name,
      resourceId,
      user,
      generation,
      until,
      ...(key !== undefined && { key }),
    };
    const address = { origin: `https://${asked.host}`, id: this.#newId() };
    return {
      frame: eventFrame('trouter.connected', connectedArguments(address, parameters)),
      state: writeConnectionState(state),
    };
  }

  async #requireAlive({ id, name, state }: SocketConnection): Promise<void> {
    const { clock, findResource, generationOf } = this.#parts;
    const known = readConnectionState(state);
    const resource = known && (await findResource(known.resource));
    const isAlive =
      known !== undefined &&
      resource?.immutableId === known.resourceId &&
      clock.now() < known.until &&
      known.generation >= (generationOf(known.user ?? name) ?? 0) &&
      isKeyInForce(resource, { ...(known.key !== undefined && { key: known.key }) }, clock.now());
    if (!isAlive) {
      this.#recordConnection('refused', id, known?.resourceId);
      throw new Fault(faults.unauthorized);
    }
  }

  async #parametersOf({ resource, host }: SessionPlace, name: string, until: number) {
    const leftMs = Math.min(until - this.#parts.clock.now(), sessionSeconds * 1_000);
    const minutes = Math.max(1, Math.ceil(leftMs / 60_000));
    const address = await this.#parts.service.addressFor(name, minutes);
    return { ...webSocketParameters(address), resource, host };
  }

  #recordConnection(
    what: 'opened' | 'closed' | 'refused',
    connectionId: string,
    resourceId: string | undefined,
    rawId?: string,
  ): void {
    const whom = rawId === undefined ? {} : { rawId };
    this.#parts.record({ kind: 'connection', what, via: 'socket', connectionId, resourceId, ...whom });
  }

  #newId(): string {
    return this.#parts.ids.bytes(15).toString('base64url');
  }
}
