// Hands on what waits in a call, from its head: see calls.ts for the order of writes.
import { maxTries, untoldMs } from './limits.js';
import type { Call, Pending } from './model.js';
import type { CallsParts } from './parts.js';
import type { StoredCall } from './store.js';

const nobody = { holder: '', heldUntil: 0 };

/** Ids of what was handed on. Others add to what waits meanwhile, and an erasure takes out of it. */
type Done = Set<string>;

export class HandOn {
  readonly #parts: CallsParts;

  constructor(parts: CallsParts) {
    this.#parts = parts;
  }

  /**
   * @param held a call that the caller holds
   * @returns the call as it is then; undefined when it is over and gone
   */
  async handOn(held: StoredCall): Promise<Call | undefined> {
    const { store } = this.#parts;
    const done: Done = new Set();
    let current = held;
    for (let tries = 0; tries < maxTries; tries++) {
      const isAll = await this.#handOnFrom(current.call, done);
      const left: Call = {
        ...current.call,
        pending: current.call.pending.filter((each) => !done.has(idOf(each))),
        orders: current.call.orders.filter(({ id }) => !done.has(id)),
      };
      if (left.isOver && (isAll || this.#isTooLate(left))) {
        this.#parts.onEnd(left);
        if (await store.remove(current)) {
          return undefined;
        }
      } else {
        const written = await store.update(current, left, isAll ? nobody : current);
        if (written !== undefined) {
          return left;
        }
      }
      const found = await store.find(held.call.resourceId, held.call.key);
      if (found === undefined) {
        return undefined;
      }
      if (found.holder !== held.holder) {
        return found.call;
      }
      current = found;
    }
    return current.call;
  }

  /** @returns whether all of it is handed on */
  async #handOnFrom(call: Call, done: Done): Promise<boolean> {
    const areTold = await this.#tellMediaPlane(call, done);
    try {
      for (const each of call.pending.filter((waiting) => !done.has(idOf(waiting)))) {
        if (each.kind === 'event') {
          await this.#parts.accept(call, each.event);
        } else {
          for (const follower of this.#parts.followers) {
            await follower.tell(call, [each.news]);
          }
        }
        done.add(idOf(each));
      }
    } catch (failure) {
      this.#parts.reportFailure(failure);
      return false;
    }
    return areTold;
  }

  async #tellMediaPlane(call: Call, done: Done): Promise<boolean> {
    const orders = call.orders.filter(({ id }) => !done.has(id));
    if (orders.length === 0) {
      return true;
    }
    try {
      await this.#parts.plane.send(call, orders);
      for (const { id } of orders) {
        done.add(id);
      }
      return true;
    } catch (failure) {
      this.#parts.reportFailure(failure);
      return false;
    }
  }

  /** What nobody takes must not keep a call for ever. */
  #isTooLate({ heardOn }: Call): boolean {
    return this.#parts.clock.now() - heardOn > untoldMs;
  }
}

function idOf(each: Pending): string {
  return each.kind === 'event' ? each.event.id : each.news.id;
}
