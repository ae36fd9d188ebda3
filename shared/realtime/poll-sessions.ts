// The life of a connection over long polls: each poll is a request of its own, wherever it lands. A row says who polls, and
// up to where they are told.
import { Fault, faults } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { readClientFrames, type SessionPlace } from './client-frames.js';
import type { Connections } from './connections.js';
import { Cursor } from './cursor.js';
import { connectFrame, eventFrame, joinFrames, noopFrame } from './frames.js';
import type { Leavers } from './leavers.js';
import type { LiveRecord } from './live-record.js';
import { noPlaceMs, pollSeconds, sessionSeconds } from './limits.js';
import { noticeFrames } from './notice-frames.js';
import type { Pointers } from './pointers.js';
import type { Polls } from './polls.js';
import type { Presence } from './presence.js';
import { sessionAnswer } from './session-answer.js';

export interface PollSessionParts {
  readonly presence: Presence;
  readonly connections: Connections;
  readonly pointers: Pick<Pointers, 'before'>;
  readonly polls: Polls;
  readonly leavers: Leavers;
  readonly clock: Clock;
  readonly ids: Ids;
  record(what: LiveRecord): void;
  /** Hears what was announced: of tokens that are dead, among others. */
  catchUp(): Promise<void>;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
}

/** Who polls, as its token says. */
export interface Poller {
  /** Immutable id. */
  readonly resourceId: string;
  readonly rawId: string;
  /** When the token expires, product ms. */
  readonly until: number;
  /** Of the session. */
  readonly id: string;
  /** Whether the token is still good, by what this process knows. */
  isAlive(): boolean;
  /** Aborted when the client hangs up. */
  readonly hungUp?: AbortSignal | undefined;
}

/** Comes back with the choice of a transport, and says that this session polls. */
export const pollParameter = 'poll';

export class PollSessions {
  readonly #parts: PollSessionParts;

  constructor(parts: PollSessionParts) {
    this.#parts = parts;
  }

  open({ resource, host }: SessionPlace) {
    const id = this.#parts.ids.bytes(15).toString('base64url');
    return sessionAnswer({ origin: `https://${host}`, id }, { [pollParameter]: id, resource, host });
  }

  /** The answer of the handshake: id, times and the one transport. */
  transport(id: string): string {
    return `${id}:${pollSeconds}:${pollSeconds}:xhr-polling`;
  }

  /**
   * What a client is told next: the first time that it is connected.
   *
   * @throws {Fault} 401 when its token is not good any more
   */
  async poll(poller: Poller): Promise<string> {
    const { connections, polls, pointers, presence } = this.#parts;
    const { rawId, resourceId, id } = poller;
    const user = presence.userOf(rawId);
    const row = await connections.find({ resourceId, user, id });
    if (row === undefined) {
      return this.#connect(poller, user);
    }
    const cursor = Cursor.read(String(row['place'] ?? pointers.before(0)));
    const before = cursor.text;
    if (polls.isFull) {
      await this.#parts.pause(noPlaceMs);
      return noopFrame;
    }
    const outcome = await polls.next(rawId, cursor, () => poller.isAlive(), poller.hungUp);
    // Another process may have heard meanwhile that the token is dead: then nothing more is told.
    await this.#parts.catchUp();
    if (outcome.isRefused === true || !poller.isAlive()) {
      this.#recordConnection('refused', poller);
      throw new Fault(faults.unauthorized);
    }
    if (cursor.text !== before) {
      await connections.moveOn({ resourceId, user, id }, cursor.text);
    }
    const frames = noticeFrames({ rawId, notices: outcome.notices });
    if (frames.length > 0) {
      this.#recordNotices('delivered', poller, frames.length);
    }
    return frames.length === 0 ? noopFrame : joinFrames(frames);
  }

  /** What a client says. */
  async hear(poller: Poller, text: string): Promise<void> {
    const { rawId, resourceId, id } = poller;
    const { connections, presence, leavers } = this.#parts;
    const { isGoing, unread } = readClientFrames(text);
    if (unread > 0) {
      this.#recordNotices('unread', { resourceId, id }, unread);
    }
    if (isGoing) {
      const user = presence.userOf(rawId);
      await connections.close({ resourceId, user, id });
      this.#recordConnection('closed', poller);
      leavers.leaveLater(resourceId, user);
    }
  }

  async #connect(poller: Poller, user: string): Promise<string> {
    const { resourceId, until, id } = poller;
    const { connections, presence, pointers, clock } = this.#parts;
    const place = Cursor.at(pointers.before(0)).text;
    await connections.makeRoom({ resourceId, user });
    await connections.open({ resourceId, user, id, via: 'poll', since: Math.floor(clock.now()), until, place });
    await presence.arrive(user, 'poll');
    await presence.heard(user);
    this.#recordConnection('opened', poller);
    return joinFrames([connectFrame, eventFrame('trouter.connected', { ttl: sessionSeconds, dur: '1' })]);
  }

  #recordConnection(what: 'opened' | 'closed' | 'refused', { id, resourceId, rawId }: Poller): void {
    this.#parts.record({ kind: 'connection', what, via: 'poll', connectionId: id, resourceId, rawId });
  }

  #recordNotices(
    outcome: 'delivered' | 'unread',
    { id, resourceId }: Pick<Poller, 'id' | 'resourceId'>,
    notices: number,
  ): void {
    const place = { resourceId };
    // A connection stands beside who opened it: of what was told it would say to whom.
    const connection = outcome === 'delivered' ? {} : { connectionId: id };
    this.#parts.record({ kind: 'notices', outcome, via: 'poll', ...connection, notices, place, recipients: 1 });
  }
}
