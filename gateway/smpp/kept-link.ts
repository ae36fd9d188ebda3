// Keeps one connection to the SMSC: made again whenever it has ended, at once when it had lived, else after pauses that get
// longer. What changes is logged once: that it is there, that it is gone, and why no bind succeeds.
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../shared/time/clock.js';
import type { Ids } from '../../shared/time/ids.js';
import { goodLifeMs } from './limits.js';
import { statusName } from './pdu.js';
import { type BindCommand, BindRefused, type OnDelivery, SmppLink } from './smpp-link.js';
import type { SmscOptions } from './smsc-options.js';

export interface KeptLinkParts {
  readonly command: BindCommand;
  readonly smsc: SmscOptions;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly ids: Pick<Ids, 'fraction'>;
  readonly onDelivery: OnDelivery;
  log(line: string): void;
}

export class KeptLink {
  readonly #parts: KeptLinkParts;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #link: SmppLink | undefined;
  #said = '';

  constructor(parts: KeptLinkParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** The connection, while there is one that is bound. */
  get link(): SmppLink | undefined {
    return this.#link?.isOpen === true ? this.#link : undefined;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#link?.unbind();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, ids, smsc } = this.#parts;
    const { firstPauseMs, longestPauseMs } = smsc.timings;
    let pauseMs = firstPauseMs;
    while (!this.#stop.signal.aborted) {
      const began = clock.monotonic();
      await this.#liveOnce();
      pauseMs = clock.monotonic() - began >= goodLifeMs ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
      // From a half on, so that gateways that lost the same SMSC do not come back all at once.
      const jittered = pauseMs * (0.5 + ids.fraction() / 2);
      await wait(jittered, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Until the connection has ended. */
  async #liveOnce(): Promise<void> {
    const { command, smsc, onDelivery } = this.#parts;
    try {
      const link = await SmppLink.open(command, smsc, onDelivery);
      this.#link = link;
      this.#say(`The SMSC has taken the bind (${command}).`);
      if (this.#stop.signal.aborted) {
        await link.unbind();
      }
      await link.closed;
      this.#say(`The connection to the SMSC has ended (${command}).`);
    } catch (error) {
      this.#say(
        error instanceof BindRefused
          ? `The SMSC has refused the bind (${command}): ${statusName(error.status)}.`
          : `The SMSC cannot be reached, or does not answer (${command}).`,
      );
    }
  }

  #say(line: string): void {
    if (line !== this.#said && !this.#stop.signal.aborted) {
      this.#parts.log(line);
    }
    this.#said = line;
  }
}
