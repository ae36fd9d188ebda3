// Follows what is appended to logs, and tells those who are online of it: in the background, so that no append waits, and
// as well as it can, so that nothing is repeated. Where nobody is online nothing is done. What is told is read again when
// it is told: what was deleted meanwhile, or whom it is not for any more, needs no further look here.
import type { AppendWatch } from '../storage/index.js';
import { maxBacklog, maxBeside, maxWaitingThreads, sendsAtOnce, threadsAtOnce } from './limits.js';
import type { LivePlace, NoticesRecord } from './live-record.js';
import type { LiveDelivery, LiveNotice, LiveSource } from './model.js';
import type { Pointed } from './pointers.js';
import type { Presence } from './presence.js';

export interface LiveFeedParts<State extends object> {
  readonly presence: Pick<Presence, 'hasAnyone' | 'reachOf' | 'userOf'>;
  readonly source: Pick<LiveSource<State>, 'read' | 'peopleOf' | 'placeOf'>;
  /** Hands notices to all sockets of a user. */
  send(user: string, delivery: LiveDelivery): Promise<void>;
  /** Points those who poll to a stretch, or to who has read. */
  point(key: string, pointed: Pointed): Promise<void>;
  /** Tells those whose polls are held in this process of what stands in no log. */
  pass(rawIds: readonly string[], notice: LiveNotice): void;
  record(what: NoticesRecord): void;
  reportFailure(failure: unknown): void;
}

interface Stretch {
  readonly place: LivePlace;
  readonly first: number;
  readonly last: number;
  /** Whether anybody who may be told polls, and whether anybody has a socket. */
  readonly isForPolls: boolean;
  readonly isForSockets: boolean;
}

export class LiveFeed<State extends object> implements AppendWatch<State> {
  readonly #parts: LiveFeedParts<State>;
  /** What was the newest, and who took part, when an append began. */
  readonly #begun = new Map<string, { readonly newest: number; readonly state: State }>();
  readonly #waiting = new Map<string, Stretch>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** What stands in no log, and is being told. */
  readonly #beside = new Set<Promise<void>>();
  readonly #users = new WeakMap<State, readonly string[]>();
  #isStopping = false;

  constructor(parts: LiveFeedParts<State>) {
    this.#parts = parts;
  }

  before(key: string, state: State, newest: number): undefined {
    if (this.#parts.presence.hasAnyone) {
      // The newest stands last. What came to nothing stays until it is the oldest: nobody says that nothing was written.
      this.#begun.delete(key);
      const [oldest] = this.#begun.keys();
      if (this.#begun.size >= maxWaitingThreads && oldest !== undefined) {
        this.#begun.delete(oldest);
      }
      this.#begun.set(key, { newest, state });
    }
  }

  after(key: string, state: State, newest: number): void {
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    if (!this.#parts.presence.hasAnyone || this.#isStopping) {
      return;
    }
    // Whoever has just been removed is told so too.
    const users = [...this.#usersOf(state), ...(begun === undefined ? [] : this.#usersOf(begun.state))];
    const isForPolls = users.some((user) => this.#polls(user));
    const isForSockets = users.some((user) => this.#hasSocket(user));
    if (isForPolls || isForSockets) {
      const place = this.#parts.source.placeOf(key, state);
      this.#note(key, { place, first: (begun?.newest ?? newest - 1) + 1, last: newest, isForPolls, isForSockets });
    }
  }

  /**
   * Tells those of a list who are online at once of what stands in no log.
   *
   * @param receipt where it is written down all the same; what is nowhere reaches only those whose polls come to this process
   */
  tell(
    rawIds: readonly string[],
    notice: LiveNotice,
    receipt?: { readonly key: string; readonly readOn: number },
  ): void {
    if (this.#parts.presence.hasAnyone && !this.#isStopping) {
      if (receipt === undefined) {
        this.#parts.pass(rawIds, notice);
      } else if (rawIds.some((rawId) => this.#polls(this.#parts.presence.userOf(rawId)))) {
        this.#tellBeside(1, () => this.#pointToReceipt(receipt));
      }
      const online = rawIds.filter((rawId) => this.#hasSocket(this.#parts.presence.userOf(rawId)));
      if (online.length > 0) {
        const deliveries = online.map((rawId) => ({ rawId, notices: [notice] }));
        this.#tellBeside(online.length, () => this.#sendAll(deliveries));
      }
    }
  }

  /** Waits until what is known of is told. */
  async settle(): Promise<void> {
    while (this.#underWay.size + this.#beside.size > 0) {
      await Promise.all([...this.#underWay.values(), ...this.#beside]);
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  forget(): void {
    this.#begun.clear();
  }

  #usersOf(state: State): readonly string[] {
    let users = this.#users.get(state);
    if (users === undefined) {
      users = this.#parts.source.peopleOf(state).map((rawId) => this.#parts.presence.userOf(rawId));
      this.#users.set(state, users);
    }
    return users;
  }

  #hasSocket(user: string): boolean {
    return this.#parts.presence.reachOf(user)?.bySocket === true;
  }

  #polls(user: string): boolean {
    return this.#parts.presence.reachOf(user)?.byPoll === true;
  }

  #note(key: string, stretch: Stretch): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined && this.#waiting.size >= maxWaitingThreads) {
      this.#drop(stretch.place, stretch.last - stretch.first + 1);
      return;
    }
    const first = Math.min(stretch.first, waiting?.first ?? stretch.first);
    const last = Math.max(stretch.last, waiting?.last ?? stretch.last);
    const kept = Math.max(first, last - maxBacklog + 1);
    if (kept > first) {
      this.#drop(stretch.place, kept - first);
    }
    this.#waiting.set(key, {
      place: stretch.place,
      first: kept,
      last,
      isForPolls: stretch.isForPolls || waiting?.isForPolls === true,
      isForSockets: stretch.isForSockets || waiting?.isForSockets === true,
    });
    this.#begin();
  }

  #begin(): void {
    for (const [key, stretch] of this.#waiting) {
      if (this.#underWay.size >= threadsAtOnce) {
        return;
      }
      // Of one thread everything is told in its order.
      if (!this.#underWay.has(key)) {
        this.#waiting.delete(key);
        const work = this.#tellStretch(key, stretch).finally(() => {
          this.#underWay.delete(key);
          this.#begin();
        });
        this.#underWay.set(key, work);
      }
    }
  }

  async #tellStretch(key: string, { place, first, last, isForPolls, isForSockets }: Stretch): Promise<void> {
    try {
      if (isForPolls) {
        await this.#parts.point(key, { first, last });
      }
      if (isForSockets) {
        const isWanted = (rawId: string) => this.#hasSocket(this.#parts.presence.userOf(rawId));
        await this.#sendAll(await this.#parts.source.read(key, first, last, isWanted), place);
      }
    } catch (error) {
      this.#parts.record({ kind: 'notices', outcome: 'failed', notices: last - first + 1, place });
      this.#parts.reportFailure(error);
    }
  }

  #tellBeside(notices: number, tell: () => Promise<void>): void {
    if (this.#beside.size >= maxBeside) {
      this.#parts.record({ kind: 'notices', outcome: 'dropped', notices });
      return;
    }
    const work = tell().finally(() => this.#beside.delete(work));
    this.#beside.add(work);
  }

  async #pointToReceipt({ key, readOn }: { readonly key: string; readonly readOn: number }): Promise<void> {
    try {
      await this.#parts.point(key, { readOn });
    } catch (error) {
      this.#parts.record({ kind: 'notices', outcome: 'failed', notices: 1 });
      this.#parts.reportFailure(error);
    }
  }

  /** @param place undefined of what stands in no log */
  async #sendAll(deliveries: readonly LiveDelivery[], place?: LivePlace): Promise<void> {
    const next = deliveries.values();
    const sums = { delivered: { notices: 0, recipients: 0 }, failed: { notices: 0, recipients: 0 } };
    const work = async () => {
      for (const delivery of next) {
        const sum = sums[(await this.#send(delivery)) ? 'delivered' : 'failed'];
        sum.notices += delivery.notices.length;
        sum.recipients += 1;
      }
    };
    await Promise.all(Array.from({ length: Math.min(sendsAtOnce, deliveries.length) }, work));
    for (const outcome of ['delivered', 'failed'] as const) {
      if (sums[outcome].recipients > 0) {
        const via = 'socket';
        this.#parts.record({ kind: 'notices', outcome, via, ...sums[outcome], ...(place !== undefined && { place }) });
      }
    }
  }

  async #send(delivery: LiveDelivery): Promise<boolean> {
    const { presence, send, reportFailure } = this.#parts;
    try {
      await send(presence.userOf(delivery.rawId), delivery);
      return true;
    } catch (error) {
      reportFailure(error);
      return false;
    }
  }

  #drop(place: LivePlace, notices: number): void {
    this.#parts.record({ kind: 'notices', outcome: 'dropped', notices, place });
  }
}
