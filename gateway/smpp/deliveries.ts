// What the SMSC brings: told to the app, and only then taken. What the app does not take stays with the SMSC, which brings
// it again.
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../shared/time/clock.js';
import type { Ids } from '../../shared/time/ids.js';
import { toIso } from '../../shared/time/instant.js';
import type { CarrierReport } from './carrier-report.js';
import { later, never, statusOf, taken } from './delivery-status.js';
import { maxHeldDeliveries, unknownPausesMs } from './limits.js';
import type { MessageReferences } from './message-references.js';
import type { PartsInWaiting } from './parts-in-waiting.js';
import type { Pdu } from './pdu.js';
import { type DeliveredText, readDelivery } from './read-delivery.js';
import type { Teller } from './teller.js';
import { TextIds } from './text-ids.js';
import { textOfOctets } from './text-of-octets.js';
import type { ToldText } from './told-text.js';

export interface DeliveriesParts {
  readonly reports: Pick<Teller<CarrierReport>, 'tell'>;
  readonly texts: Pick<Teller<ToldText>, 'tell'>;
  readonly parts: Pick<PartsInWaiting, 'take'>;
  readonly clock: Pick<Clock, 'monotonic' | 'realNow'>;
  readonly ids: Pick<Ids, 'uuid' | 'bytes'>;
  readonly references: Pick<MessageReferences, 'ofReceipt' | 'noteReport' | 'isFresh'>;
  /** In place of those of limits.ts, real ms. */
  readonly unknownPausesMs?: readonly number[] | undefined;
}

export class Deliveries {
  readonly #parts: DeliveriesParts;
  readonly #textIds: TextIds;
  #held = 0;

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
    this.#textIds = new TextIds(parts);
  }

  get held(): number {
    return this.#held;
  }

  /**
   * @param link that it came on
   * @returns what the SMSC is answered
   */
  async take({ fields }: Pick<Pdu, 'fields'>, link: object): Promise<number> {
    if (this.#held >= maxHeldDeliveries) {
      return later;
    }
    this.#held += 1;
    try {
      const delivery = readDelivery(fields);
      switch (delivery.kind) {
        case 'nothing':
          return taken;
        case 'unreadable':
          return never;
        case 'report':
          return await this.#takeReport(delivery.report);
        case 'text':
          return delivery.part === undefined
            ? await this.#takeText(delivery, link)
            : await this.#parts.parts.take(delivery, delivery.part);
      }
    } catch {
      // Whatever is wrong with us, it is not lost.
      return later;
    } finally {
      this.#held -= 1;
    }
  }

  async #takeReport({ reference: named, ...report }: CarrierReport): Promise<number> {
    const { reports, references, unknownPausesMs: pauses = unknownPausesMs } = this.#parts;
    const reference = references.ofReceipt(named);
    // A receipt may be here before the app has noted that it handed the message over.
    for (const pauseMs of [...pauses, undefined]) {
      const told = await reports.tell({ reference, ...report });
      if (told === 'taken') {
        references.noteReport(reference);
      }
      if (told !== 'nobody') {
        return statusOf(told);
      }
      if (!references.isFresh(reference)) {
        return taken;
      }
      if (pauseMs !== undefined) {
        await wait(pauseMs, undefined, { ref: false });
      }
    }
    return later;
  }

  async #takeText(delivered: DeliveredText, link: object): Promise<number> {
    const { texts, clock } = this.#parts;
    const { id, settle } = this.#textIds.idOf(delivered, link);
    const { from, to, octets, dataCoding } = delivered;
    const text = textOfOctets(octets, dataCoding) ?? '';
    const receivedAt = toIso(clock.realNow());
    const status = statusOf(await texts.tell({ id, from, to, text, receivedAt }));
    settle(status === later);
    return status;
  }
}
