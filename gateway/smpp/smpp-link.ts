// A bound connection to an SMSC. It asks and is answered, or says that nobody has answered; and it is ended when it does not
// live: no answer to `enquire_link`, or none to several submissions.
import { maxSilentSubmissions, unbindMs } from './limits.js';
import { decodePdu, encodePdu, isResponse, type Pdu, type PduFields, type PduHead, readHead, statuses } from './pdu.js';
import { SmppSocket } from './smpp-socket.js';
import type { SmscOptions } from './smsc-options.js';
import { Window } from './window.js';

export type BindCommand = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';

/** The SMSC does not let us in. */
export class BindRefused extends Error {
  override readonly name = 'BindRefused';
  readonly status: number;

  constructor(status: number) {
    super('The SMSC has refused the bind.');
    this.status = status;
  }
}

export type Submitted =
  | { readonly kind: 'answered'; readonly status: number; readonly fields: PduFields }
  /** It has left, and nobody knows what became of it. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'notSent' };

/** @returns the status that it is answered with */
export type OnDelivery = (pdu: Pdu, link: SmppLink) => Promise<number>;

/** `nacked`: with a status of success, which is no answer of the kind that was asked for; but the SMSC is there. */
type Answer = Submitted | { readonly kind: 'nacked' };

interface Pending {
  readonly commandId: number;
  readonly isBind: boolean;
  settle(answer: Answer): void;
}

const responseBit = 0x80000000;
const genericNack = responseBit;
const maxSequence = 0x7fffffff;
const deliveries: ReadonlySet<string> = new Set(['deliver_sm', 'data_sm']);

export class SmppLink {
  /** Whatever the reason. */
  readonly closed: Promise<void>;
  readonly #options: SmscOptions;
  readonly #onDelivery: OnDelivery;
  readonly #pending = new Map<number, Pending>();
  readonly #window: Window;
  #socket: SmppSocket | undefined;
  #sequence = 0;
  #isBound = false;
  #isClosed = false;
  #silent = 0;
  #idle: NodeJS.Timeout | undefined;
  /** Told when something that was asked has its answer, or will have none. */
  #onSettled: (() => void) | undefined;
  #tellClosed: () => void = () => undefined;

  /**
   * @throws {BindRefused}
   * @throws {Error} when there is no connection
   */
  static async open(command: BindCommand, options: SmscOptions, onDelivery: OnDelivery): Promise<SmppLink> {
    const link = new SmppLink(options, onDelivery);
    try {
      await link.#bind(command);
      return link;
    } catch (error) {
      link.destroy();
      throw error;
    }
  }

  private constructor(options: SmscOptions, onDelivery: OnDelivery) {
    this.#options = options;
    this.#onDelivery = onDelivery;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    this.#window = new Window(options.window);
  }

  get isOpen(): boolean {
    return this.#isBound && !this.#isClosed;
  }

  /** @param leftMs until it has left, real ms; 0 when nobody waits for it any more */
  async submit(fields: PduFields, leftMs: () => number): Promise<Submitted> {
    if (!(await this.#window.enter(leftMs))) {
      return { kind: 'notSent' };
    }
    let isJudged = false;
    const answer = await this.#ask('submit_sm', fields, () => {
      isJudged = true;
      return this.#judge();
    });
    if (answer.kind === 'answered') {
      this.#silent = 0;
      const { status } = answer;
      if (status === statuses['ESME_RTHROTTLED'] || status === statuses['ESME_RMSGQFUL']) {
        this.#window.pauseFor(this.#options.timings.throttledPauseMs);
      } else if (status === statuses['ESME_RINVBNDSTS']) {
        this.#endSoon();
      }
    }
    // What is judged leaves the window when it is known that the SMSC is there, and will not answer it any more.
    if (!isJudged) {
      this.#window.leave();
    }
    return answer.kind === 'nacked' ? { kind: 'unanswered' } : answer;
  }

  /** Whoever waits to submit is asked how long they still want to. */
  askAgain(): void {
    this.#window.askAgain();
  }

  /** Says good-bye, and waits for the answer for a while. */
  async unbind(): Promise<void> {
    if (this.isOpen) {
      await this.#ask('unbind', {});
    }
    this.destroy();
  }

  destroy(): void {
    this.#socket?.destroy();
    this.#close();
  }

  async #bind(command: BindCommand): Promise<void> {
    const { systemId, password, systemType } = this.#options;
    this.#socket = await SmppSocket.open(this.#options, {
      onUnit: (bytes) => this.#take(bytes),
      onClose: () => this.#close(),
    });
    const answer = await this.#ask(command, {
      system_id: systemId,
      password,
      system_type: systemType,
      interface_version: 0x34,
    });
    if (answer.kind !== 'answered') {
      throw new Error('The SMSC does not answer the bind.');
    }
    if (answer.status !== 0) {
      throw new BindRefused(answer.status);
    }
    this.#expectWord();
  }

  /** @param onSilence called when there was no answer in time, in place of forgetting it */
  #ask(command: string, fields: PduFields, onSilence?: () => Promise<void>): Promise<Answer> {
    this.#sequence = this.#sequence === maxSequence ? 1 : this.#sequence + 1;
    const sequence = this.#sequence;
    const bytes = encodePdu(command, sequence, fields);
    const { responseMs } = this.#options.timings;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#pending.get(sequence)?.settle({ kind: 'unanswered' });
        void onSilence?.();
      }, responseMs);
      this.#pending.set(sequence, {
        commandId: (bytes.readUInt32BE(4) | responseBit) >>> 0,
        isBind: command.startsWith('bind_'),
        settle: (answer) => {
          clearTimeout(timer);
          this.#pending.delete(sequence);
          resolve(answer);
          this.#onSettled?.();
        },
      });
      if (this.#isClosed || this.#socket?.write(bytes) !== true) {
        this.#pending.get(sequence)?.settle({ kind: 'notSent' });
      }
    });
  }

  /** Somebody has waited in vain: is the SMSC there? */
  async #judge(): Promise<void> {
    this.#silent += 1;
    if (this.#silent < maxSilentSubmissions && (await this.#isThere())) {
      this.#window.leave();
    } else {
      this.destroy();
    }
  }

  /** Whatever it says to that. */
  async #isThere(): Promise<boolean> {
    const { kind } = await this.#ask('enquire_link', {});
    return kind === 'answered' || kind === 'nacked';
  }

  /** To the SMSC we are not bound any more: nothing else is begun, and what is on its way has time for an answer. */
  #endSoon(): void {
    this.#isBound = false;
    this.#window.close();
    setTimeout(() => this.destroy(), this.#options.timings.responseMs).unref();
  }

  #expectWord(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      void this.#isThere().then((isThere) => isThere || this.destroy());
    }, this.#options.timings.enquireMs);
    this.#idle.unref();
  }

  #close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#window.close();
    for (const each of this.#pending.values()) {
      each.settle({ kind: 'unanswered' });
    }
    this.#tellClosed();
  }

  #take(bytes: Buffer): void {
    const head = readHead(bytes);
    if (this.#isBound) {
      this.#expectWord();
    }
    const pdu = decoded(bytes);
    if (isResponse(head)) {
      const pending = this.#pending.get(head.sequence);
      if (head.commandId === genericNack && head.status === 0) {
        pending?.settle({ kind: 'nacked' });
      } else if (head.commandId === pending?.commandId || head.commandId === genericNack) {
        // At once: what the SMSC has kept for us may come together with its answer.
        this.#isBound ||= head.status === 0 && pending?.isBind === true;
        // Where its fields cannot be read, its head still says what became of it.
        pending?.settle({ kind: 'answered', status: head.status, fields: pdu?.fields ?? {} });
      }
      return;
    }
    if (pdu === undefined) {
      // Nobody can read it the next time either.
      this.#answer('generic_nack', head, statuses['ESME_RINVCMDLEN']);
      return;
    }
    this.#takeRequest(pdu);
  }

  #takeRequest(pdu: Pdu): void {
    if (pdu.command === 'enquire_link') {
      this.#answer('enquire_link_resp', pdu);
    } else if (pdu.command === 'unbind') {
      this.#takeUnbind(pdu);
    } else if (deliveries.has(pdu.command) && this.#isBound) {
      void this.#onDelivery(pdu, this).then((status) => this.#answer(`${pdu.command}_resp`, pdu, status));
    } else if (deliveries.has(pdu.command)) {
      this.#answer(`${pdu.command}_resp`, pdu, statuses['ESME_RINVBNDSTS']);
    } else if (pdu.command !== 'alert_notification' && pdu.command !== 'outbind') {
      this.#answer('generic_nack', pdu, statuses['ESME_RINVCMDID']);
    }
  }

  /** What it has not answered yet may be on the wire behind its good-bye. */
  #takeUnbind(pdu: Pdu): void {
    this.#isBound = false;
    this.#window.close();
    const end = (): void => {
      this.#onSettled = undefined;
      clearTimeout(timer);
      this.#answer('unbind_resp', pdu);
      this.#socket?.end();
      this.#close();
    };
    const timer = setTimeout(end, unbindMs);
    timer.unref();
    this.#onSettled = () => this.#pending.size === 0 && end();
    this.#onSettled();
  }

  #answer(command: string, { sequence }: PduHead, status = 0): void {
    this.#socket?.write(encodePdu(command, sequence, {}, status));
  }
}

function decoded(bytes: Buffer): Pdu | undefined {
  try {
    return decodePdu(bytes);
  } catch {
    return undefined;
  }
}
