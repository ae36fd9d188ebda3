// The id of a text that came in, the same when the SMSC brings it again. Most SMSCs give a text no id, and people do send the
// same text twice; so it is the same when the SMSC has reason to bring it again: it was told to keep it, or it may not have
// heard our answer.
import { BoundedCache } from '../../shared/auth/bounded-cache.js';
import { keyedHash } from '../../shared/auth/keyed-hash.js';
import type { Clock } from '../../shared/time/clock.js';
import type { Ids } from '../../shared/time/ids.js';
import { impatientMs, knownRepeatMs, knownRepeats, lostAnswerMs } from './limits.js';
import type { DeliveredText } from './read-delivery.js';

interface Known {
  readonly id: string;
  /** The connection that it last came on. */
  readonly link: object;
  /** Monotonic ms. */
  readonly cameAt: number;
  state: 'waiting' | 'left' | 'answered';
  answeredAt: number;
}

export interface TextIdsParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly ids: Pick<Ids, 'uuid' | 'bytes'>;
}

export class TextIds {
  readonly #parts: TextIdsParts;
  readonly #key: Buffer;
  readonly #known = new BoundedCache<Known>(knownRepeats);

  constructor(parts: TextIdsParts) {
    this.#parts = parts;
    this.#key = parts.ids.bytes(32);
  }

  /** @returns the id, and what has to be told when it is known whether the SMSC is to bring the text again */
  idOf(
    { from, to, octets, dataCoding, messageId }: DeliveredText,
    link: object,
  ): { readonly id: string; settle(isLeft: boolean): void } {
    const { clock, ids } = this.#parts;
    const now = clock.monotonic();
    const name = messageId === '' ? `octets ${octets.toString('latin1')}` : `id ${messageId}`;
    const hash = keyedHash(this.#key, from, to, String(dataCoding), name).toString('base64url');
    const before = this.#known.get(hash);
    const isSame = before !== undefined && (messageId !== '' || isRepeat(before, link, now));
    const known: Known = {
      id: isSame ? before.id : ids.uuid(),
      link,
      cameAt: now,
      state: 'waiting',
      answeredAt: 0,
    };
    this.#known.set(hash, known);
    return {
      id: known.id,
      settle: (isLeft) => {
        known.state = isLeft ? 'left' : 'answered';
        known.answeredAt = clock.monotonic();
      },
    };
  }
}

function isRepeat({ state, cameAt, answeredAt, link }: Known, current: object, now: number): boolean {
  switch (state) {
    case 'left':
      return now - cameAt < knownRepeatMs;
    case 'waiting':
      return link !== current || now - cameAt >= impatientMs;
    case 'answered':
      return link !== current && now - answeredAt < lostAnswerMs;
  }
}
