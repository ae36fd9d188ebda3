// Something that callers share and of which there is so much: connections, bytes of memory, uploads under way. Nobody gets
// more than a share of it, neither a caller nor a resource; who finds none left waits in the order of arrival, passed by
// those who stand behind and are not in the way of their own share, and never longer than they said.
import { Fault, faults } from '../http/index.js';
import { figure } from './table.js';

export interface CapacityFigures {
  /** Infinity: only the shares of callers count. */
  readonly total: number;
  /** Default: all of it. */
  readonly perCaller?: number;
  /** Default: all of it. */
  readonly perResource?: number;
  /** Who may wait at most, in all and of one caller. */
  readonly maxWaiting?: number;
  readonly maxWaitingPerCaller?: number;
}

/** In whose name, and at which resource; keys that are compared and forgotten. */
export interface Holder {
  readonly caller: string;
  readonly resource: string;
}

export interface Patience {
  /** At most this long, real time. */
  readonly ms: number;
  /** Aborted when the client goes away; asked for only when there is something to wait for. */
  signal?(): AbortSignal | undefined;
}

/** Gives back what was taken; more than once does nothing. */
export type GiveBack = () => void;

interface Waiting {
  readonly amount: number;
  readonly holder: Holder;
  admit(giveBack: GiveBack): void;
}

/** What stands in the way of a holder: their own share, that of their resource, or everybody. */
type Obstacle = 'caller' | 'resource' | 'all';

/**
 * @example
 * const uploads = new Capacity({ total: 24, perCaller: 2, perResource: 16 });
 * const giveBack = await uploads.take(1, { caller: rawId, resource: immutableId }, { ms: 30_000 });
 * try { await upload() } finally { giveBack() }
 */
export class Capacity {
  readonly #figures: Required<CapacityFigures>;
  readonly #callers = new Map<string, number>();
  readonly #resources = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  readonly #waitingOf = new Map<string, Set<Waiting>>();
  #taken = 0;

  constructor(figures: CapacityFigures) {
    this.#figures = {
      perCaller: Number.POSITIVE_INFINITY,
      perResource: Number.POSITIVE_INFINITY,
      maxWaiting: figure('waiting'),
      maxWaitingPerCaller: figure('waitingPerCaller'),
      ...figures,
    };
  }

  /** How much of it is held now. */
  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** undefined when there is none now for this holder, or others were first. */
  tryTake(amount: number, holder: Holder): GiveBack | undefined {
    const wanted = this.#bounded(amount);
    const isFree = this.#obstacleTo(wanted, holder) === undefined && !this.#isBehindOthers();
    return isFree ? this.#hold(wanted, holder) : undefined;
  }

  /**
   * Takes as much, or waits for it. More than anybody may hold counts as that.
   *
   * @throws {Fault} 429 when what stands in the way is the share of the caller or of the resource, 503 when others hold
   *   everything, at once when too many wait already; 499 when the client has gone
   */
  async take(amount: number, holder: Holder, patience: Patience): Promise<GiveBack> {
    return this.tryTake(amount, holder) ?? (await this.#wait(this.#bounded(amount), holder, patience));
  }

  #wait(amount: number, holder: Holder, { ms, signal }: Patience): Promise<GiveBack> {
    const { maxWaiting, maxWaitingPerCaller } = this.#figures;
    const queued = this.#waitingOf.get(holder.caller) ?? new Set();
    if (queued.size >= maxWaitingPerCaller) {
      throw refusal('caller');
    }
    if (ms <= 0 || this.#waiting.size >= maxWaiting) {
      throw refusal(this.#obstacleTo(amount, holder) ?? 'all');
    }
    const gone = signal?.();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        gone?.removeEventListener('abort', onGone);
        this.#waiting.delete(waiting);
        queued.delete(waiting);
        if (queued.size === 0) {
          this.#waitingOf.delete(holder.caller);
        }
      };
      const giveUp = (failure: Fault): void => {
        leave();
        reject(failure);
        // Who stood behind may be the one that can go now.
        this.#admitWaiting(holder.caller);
      };
      const onGone = (): void => giveUp(new Fault(faults.hungUp));
      const waiting: Waiting = {
        amount,
        holder,
        admit: (giveBack) => {
          leave();
          resolve(giveBack);
        },
      };
      const timer = setTimeout(() => giveUp(refusal(this.#obstacleTo(amount, holder) ?? 'all')), ms);
      this.#waiting.add(waiting);
      queued.add(waiting);
      this.#waitingOf.set(holder.caller, queued);
      gone?.addEventListener('abort', onGone, { once: true });
      if (gone?.aborted === true) {
        onGone();
      }
    });
  }

  #hold(amount: number, { caller, resource }: Holder): GiveBack {
    this.#count(amount, caller, resource);
    let isHeld = true;
    return () => {
      if (isHeld) {
        isHeld = false;
        this.#count(-amount, caller, resource);
        this.#admitWaiting(caller);
      }
    };
  }

  #count(amount: number, caller: string, resource: string): void {
    this.#taken += amount;
    add(this.#callers, caller, amount);
    add(this.#resources, resource, amount);
  }

  /** @param caller who gives back, or waits no more; where there is enough for all, nobody else can go by that */
  #admitWaiting(caller: string): void {
    for (const waiting of this.#isEndless ? (this.#waitingOf.get(caller) ?? []) : this.#waiting) {
      const obstacle = this.#obstacleTo(waiting.amount, waiting.holder);
      if (obstacle === 'all') {
        // Nobody behind goes first, or one that wants much would wait for ever.
        return;
      }
      if (obstacle === undefined) {
        waiting.admit(this.#hold(waiting.amount, waiting.holder));
      }
    }
  }

  /** Those that wait for their own share are in nobody's way. */
  #isBehindOthers(): boolean {
    if (this.#isEndless) {
      return false;
    }
    for (const { amount, holder } of this.#waiting) {
      if (this.#obstacleTo(amount, holder) === 'all') {
        return true;
      }
    }
    return false;
  }

  #obstacleTo(amount: number, { caller, resource }: Holder): Obstacle | undefined {
    const { total, perCaller, perResource } = this.#figures;
    if ((this.#callers.get(caller) ?? 0) + amount > perCaller) {
      return 'caller';
    }
    if ((this.#resources.get(resource) ?? 0) + amount > perResource) {
      return 'resource';
    }
    return this.#taken + amount > total ? 'all' : undefined;
  }

  /** Only shares of callers count. */
  get #isEndless(): boolean {
    return this.#figures.total === Number.POSITIVE_INFINITY;
  }

  #bounded(amount: number): number {
    const { total, perCaller, perResource } = this.#figures;
    return Math.min(amount, total, perCaller, perResource);
  }
}

function add(counts: Map<string, number>, key: string, amount: number): void {
  const sum = (counts.get(key) ?? 0) + amount;
  if (sum === 0) {
    counts.delete(key);
  } else {
    counts.set(key, sum);
  }
}

function refusal(obstacle: Obstacle): Fault {
  return new Fault(obstacle === 'all' ? faults.busy : faults.tooManyAtOnce, { retryAfterSeconds: 1 });
}
