// The calls of a geography. Every change of a call is one step: read, decide, write if nobody was quicker, then hand on.
//
// The order of writes, which everything else follows from:
//
//   a step       one write of the document: how the call stands, what will happen in it, and what is to be handed on
//   handing on   whoever writes something that is to be handed on holds the call for some seconds, and hands on from the head:
//                commands to the media plane, events into the outbox, news to followers. Whoever else changes the call
//                meanwhile only adds to it. One write takes out what was handed on. A process that dies in between leaves a
//                hold that runs out; the timer, or the next step, begins at the head again: at least once, in order
//   the end      a call that is over and has nothing to hand on is removed
//
// What the media plane foresees stands in the document too, so the timer goes on with calls whose process is gone.
import { Fault } from '../http/index.js';
import { Alarms } from './alarms.js';
import { applyMediaEvent } from './apply-media-event.js';
import { CallStep } from './call-step.js';
import { endCall } from './end-call.js';
import { callFaults } from './faults.js';
import { HandOn } from './hand-on.js';
import { handOnMs, lookAgainMs, maxTries, untakenMs } from './limits.js';
import type { MediaEvent } from './media-events.js';
import type { MediaOrder } from './media-orders.js';
import type { Call } from './model.js';
import type { CallsParts } from './parts.js';
import type { Holding, StoredCall } from './store.js';
import { results } from './results.js';
import { Turns } from './turns.js';

export type Decide<Result> = (step: CallStep) => Result;

export class Calls {
  readonly #parts: CallsParts;
  readonly #turns = new Turns();
  readonly #alarms: Alarms;
  readonly #handOn: HandOn;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: CallsParts) {
    this.#parts = parts;
    this.#handOn = new HandOn(parts);
    this.#alarms = new Alarms(parts.clock, (name) => {
      const [resourceId = '', key = ''] = name.split('~');
      this.#inBackground(name, () => this.wake(resourceId, key));
    });
  }

  /** @throws {Fault} 404 when there is no such call, or it is over */
  async get(resourceId: string, key: string | undefined): Promise<Call> {
    const found = key === undefined ? undefined : await this.find(resourceId, key);
    if (found === undefined) {
      throw new Fault(callFaults.notFound);
    }
    return found;
  }

  async find(resourceId: string, key: string): Promise<Call | undefined> {
    const found = await this.#parts.store.find(resourceId, key);
    return found === undefined || found.call.isOver ? undefined : found.call;
  }

  /**
   * Begins a call, if there is none with this key.
   *
   * @returns what was decided; undefined when there is one, which may be over
   */
  async begin<Result>(call: Call, decide: Decide<Result>): Promise<Result | undefined> {
    return this.#turns.take(nameOf(call), async () => {
      const step = new CallStep(call, this.#now(), this.#parts.ids);
      const result = decide(step);
      const next = this.#foresee(step);
      const hold = this.#hold(next);
      const stored = await this.#parts.store.create(next, hold);
      if (stored === undefined) {
        return undefined;
      }
      await this.#settle(stored, hold.isOwn);
      return result;
    });
  }

  /**
   * Changes a call; decided again when somebody was quicker.
   *
   * @throws {Fault} 404 when there is no such call, or it is over; 409 when too many change it at once
   */
  async change<Result>(resourceId: string, key: string | undefined, decide: Decide<Result>): Promise<Result> {
    if (key === undefined) {
      throw new Fault(callFaults.notFound);
    }
    const done = await this.#turns.take(nameOf({ resourceId, key }), () => this.#change(resourceId, key, decide));
    if (done === undefined) {
      throw new Fault(callFaults.notFound);
    }
    return done.result;
  }

  /** Like {@link change}, where it does not matter whether the call is there still. */
  async changeIfThere(resourceId: string, key: string, decide: Decide<void>): Promise<void> {
    await this.#turns.take(nameOf({ resourceId, key }), () => this.#change(resourceId, key, decide));
  }

  /** The same of a call that is over, too, where what waits is rewritten. */
  async rewrite(resourceId: string, key: string, decide: Decide<void>): Promise<void> {
    await this.#turns.take(nameOf({ resourceId, key }), () => this.#change(resourceId, key, decide, true));
  }

  /** @throws when the media plane does not take it */
  async letGoOf(resourceId: string, key: string, who: string): Promise<void> {
    const call = await this.find(resourceId, key);
    if (call?.participants.some(({ rawId }) => rawId === who)) {
      await this.#parts.plane.send(call, [{ id: this.#parts.ids.uuid(), at: this.#now(), do: 'drop', who }]);
    }
  }

  async #change<Result>(
    resourceId: string,
    key: string,
    decide: Decide<Result>,
    isOverToo = false,
  ): Promise<{ readonly result: Result } | undefined> {
    const { store, clock, ids } = this.#parts;
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await store.find(resourceId, key);
      if (found === undefined || (found.call.isOver && !isOverToo)) {
        return undefined;
      }
      const step = new CallStep(found.call, this.#now(), ids);
      const result = decide(step);
      if (step.call === found.call) {
        this.#setAlarm(found.call);
        return { result };
      }
      const next = this.#foresee(step);
      const hold = this.#hold(next, found);
      const stored = await store.update(found, next, hold);
      if (stored !== undefined) {
        this.#parts.plane.happened?.(stored.call, step.happened);
        await this.#settle(stored, hold.isOwn);
        return { result };
      }
      await new Promise((resolve) => setTimeout(resolve, clock.realNow() % 7));
    }
    throw new Fault(callFaults.conflict);
  }

  /** Something has happened. @returns whether there is such a call */
  async report(resourceId: string, key: string, event: MediaEvent): Promise<boolean> {
    const done = await this.#turns.take(nameOf({ resourceId, key }), () =>
      this.#change(resourceId, key, (step) => this.#happen(step, event)),
    );
    return done !== undefined;
  }

  /** Somebody comes by themselves into the call of a group or a room. @returns whether there is such a call */
  async join(resourceId: string, key: string, who: string): Promise<boolean> {
    const done = await this.#turns.take(nameOf({ resourceId, key }), () =>
      this.#change(resourceId, key, (step) => {
        const { participants } = step.call;
        if (step.participant(who) === undefined) {
          const comer = { rawId: who, state: 'ringing', isMuted: false, isOnHold: false } as const;
          step.set({ participants: [...participants, comer] });
        }
        this.#happen(step, { is: 'joined', who });
      }),
    );
    return done !== undefined;
  }

  /** For whoever records. @throws {Fault} 404 when there is no such call */
  async command(resourceId: string, key: string, order: MediaOrder): Promise<void> {
    await this.change(resourceId, key, (step) => step.order(order));
  }

  /** From now on it is told what happens in the call. @returns the call as it is then */
  async follow(resourceId: string, key: string, follower: string): Promise<Call> {
    return this.change(resourceId, key, (step) => {
      step.set({ followers: [...new Set([...step.call.followers, follower])] });
      return step.call;
    });
  }

  async unfollow(resourceId: string, key: string, follower: string): Promise<void> {
    await this.change(resourceId, key, (step) => {
      step.set({ followers: step.call.followers.filter((each) => each !== follower) });
    });
  }

  /**
   * Hands on what waits in a call and whose holder is gone, also when it is over, and does what is due. In this order: only
   * what nobody has taken although it was handed on ends a call.
   */
  async wake(resourceId: string, key: string): Promise<void> {
    await this.#turns.take(nameOf({ resourceId, key }), async () => {
      const { store, clock } = this.#parts;
      const found = await store.find(resourceId, key);
      if (found !== undefined && isWaiting(found.call) && found.heldUntil <= clock.realNow()) {
        const held = await store.update(found, found.call, this.#hold(found.call, found));
        if (held !== undefined) {
          await this.#settle(held, true);
        }
      }
      await this.#change(resourceId, key, (step) => this.#doDue(step));
    });
  }

  /** The clock was moved. */
  setAlarmsAgain(): void {
    this.#alarms.setAgain();
  }

  /** Waits for what this process has begun. */
  async settleAll(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  stop(): void {
    this.#alarms.stop();
  }

  #doDue(step: CallStep): void {
    for (;;) {
      const { call } = step;
      const [next, ...later] = call.foreseen;
      if (next === undefined || next.at > step.now || call.isOver) {
        break;
      }
      step.set({ foreseen: later });
      this.#happen(step, next.event);
    }
    const { isOver, endsAt, orders } = step.call;
    const isUntaken = orders.some(({ at }) => step.now - at > untakenMs);
    if (!isOver && (endsAt <= step.now || isUntaken)) {
      endCall(step, { result: isUntaken ? results.mediaGone : results.ended });
    }
  }

  #happen(step: CallStep, event: MediaEvent): void {
    step.happened.push(event);
    applyMediaEvent(step, event);
    step.foresee(...this.#parts.plane.react(step.call, event, step.now));
  }

  /** What the commands of a step lead to is part of it. */
  #foresee(step: CallStep): Call {
    if (!step.call.isOver) {
      step.foresee(...this.#parts.plane.foresee(step.call, step.commands, step.now));
    }
    return step.call;
  }

  /** Whoever is not held by somebody already is held by us, when anything is to be handed on. */
  #hold(call: Call, found?: StoredCall): Holding & { readonly isOwn: boolean } {
    const { clock, ids } = this.#parts;
    if (!isWaiting(call)) {
      return { holder: '', heldUntil: 0, isOwn: false };
    }
    if (found !== undefined && found.holder !== '' && found.heldUntil > clock.realNow()) {
      return { holder: found.holder, heldUntil: found.heldUntil, isOwn: false };
    }
    return { holder: ids.bytes(9).toString('base64url'), heldUntil: clock.realNow() + handOnMs, isOwn: true };
  }

  async #settle(stored: StoredCall, isOwn: boolean): Promise<void> {
    const left = isOwn ? await this.#handOn.handOn(stored) : stored.call;
    this.#setAlarm(left ?? { ...stored.call, foreseen: [] });
  }

  #setAlarm(call: Call): void {
    this.#alarms.set(nameOf(call), call.isOver ? undefined : call.foreseen[0]?.at);
  }

  #inBackground(name: string, act: () => Promise<void>): void {
    const running = act()
      .catch((failure: unknown) => {
        this.#parts.reportFailure(failure);
        this.#alarms.set(name, this.#now() + lookAgainMs);
      })
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  #now(): number {
    return Math.floor(this.#parts.clock.now());
  }
}

function nameOf({ resourceId, key }: Pick<Call, 'resourceId' | 'key'>): string {
  return `${resourceId}~${key}`;
}

function isWaiting({ pending, orders, isOver }: Call): boolean {
  return pending.length > 0 || orders.length > 0 || isOver;
}
