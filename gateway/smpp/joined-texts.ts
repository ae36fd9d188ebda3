// Joins the parts of texts that come in, in any order, in bounded memory. A part that comes again is the same part. What is
// not whole after a time goes; what nobody else has stays until it is told.
import type { Clock } from '../../shared/time/clock.js';
import { joinMs, maxJoinBytes, maxJoins } from './limits.js';
import type { DeliveredText, PartOfText } from './read-delivery.js';
import { textOfOctets } from './text-of-octets.js';

/** A text of which parts are there. */
export interface Join {
  readonly key: string;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly of: number;
  readonly parts: Map<number, Pick<DeliveredText, 'octets' | 'dataCoding'>>;
  /** Parts that the SMSC was told to keep, and will bring again. */
  readonly left: Set<number>;
  /** The SMSC was told that we have some of it, so nobody else has. */
  isOurs: boolean;
  /** The status that the app's answer means; while it is being told, and afterwards when that was final. */
  told: Promise<number> | undefined;
  /** The app's answer was final. */
  isTold: boolean;
  /** Parts that came once more after that, unasked: they may be of another text that begins with the same words. */
  readonly repeated: Set<number>;
  /** Parts that such another text has from the one before: they may be of that one nevertheless. */
  readonly carried: Set<number>;
  /** Called when it has become whole, and when it is let go of. */
  readonly waiting: Set<() => void>;
  /** Monotonic ms. */
  until: number;
}

/** What a part takes beside its octets, about. */
const partOverhead = 200;
const joinOverhead = 500;

const sizeOf = ({ octets }: Pick<DeliveredText, 'octets'>): number => octets.length + partOverhead;

export class JoinedTexts {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #makeId: () => string;
  readonly #joins = new Map<string, Join>();
  readonly #maxBytes: number;
  readonly #leaving = new Set<Join>();
  #bytes = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, makeId: () => string, maxBytes = maxJoinBytes) {
    this.#clock = clock;
    this.#makeId = makeId;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Those whose time is over, or whose place others have taken, of which nobody else has all. They count until forgotten. */
  get leaving(): ReadonlySet<Join> {
    return this.#leaving;
  }

  /** @returns undefined when there is no room for it */
  addPart({ from, to, octets, dataCoding }: DeliveredText, part: PartOfText): Join | undefined {
    const key = JSON.stringify([from, to, part.reference, part.of]);
    let join = this.#joins.get(key);
    const before = join?.parts.get(part.number);
    if (join !== undefined && before !== undefined) {
      if (before.octets.equals(octets)) {
        noteRepeat(join, part.number);
        return join;
      }
      join = this.#makeRoom(join, part.number, before);
    }
    const own = { octets, dataCoding };
    const bytes = sizeOf(own) + (join === undefined ? joinOverhead : 0);
    if (this.#bytes + bytes > this.#maxBytes || (join === undefined && this.#joins.size >= maxJoins)) {
      return undefined;
    }
    join ??= this.#begin(key, from, to, part.of);
    join.parts.set(part.number, own);
    this.#bytes += sizeOf(own);
    return join;
  }

  /** Lets go of those whose time is over. */
  expire(): void {
    const now = this.#clock.monotonic();
    for (const join of [...this.#joins.values()].filter(({ until }) => until <= now)) {
      this.#end(join);
    }
  }

  expireAll(): void {
    for (const join of this.#joins.values()) {
      this.#end(join);
    }
  }

  /** One that was leaving is told. */
  forget(join: Join): void {
    if (this.#leaving.delete(join)) {
      this.#uncount(join);
    }
  }

  /**
   * Something else has come in the place of a part.
   *
   * @returns the text that it is of, when something of it is there already
   */
  #makeRoom(join: Join, number: number, before: Pick<DeliveredText, 'octets'>): Join | undefined {
    if (join.told === undefined && join.carried.delete(number)) {
      // It was of the text before.
      join.parts.delete(number);
      this.#bytes -= sizeOf(before);
      return join;
    }
    // Another text has the reference that this one had.
    this.#end(join);
    return join.isTold && join.repeated.size > 0 ? this.#carryOver(join) : undefined;
  }

  /** What was repeated was of this text, and nobody else has it any more. */
  #carryOver({ key, from, to, of, parts, repeated }: Join): Join {
    const next = this.#begin(key, from, to, of);
    next.isOurs = true;
    for (const number of repeated) {
      const part = parts.get(number);
      if (part !== undefined) {
        next.parts.set(number, part);
        next.carried.add(number);
        this.#bytes += sizeOf(part);
      }
    }
    return next;
  }

  #begin(key: string, from: string, to: string, of: number): Join {
    const until = this.#clock.monotonic() + joinMs;
    const id = this.#makeId();
    const join: Join = {
      key,
      id,
      from,
      to,
      of,
      parts: new Map(),
      left: new Set(),
      isOurs: false,
      told: undefined,
      isTold: false,
      repeated: new Set(),
      carried: new Set(),
      waiting: new Set(),
      until,
    };
    this.#joins.set(key, join);
    this.#bytes += joinOverhead;
    return join;
  }

  #end(join: Join): void {
    this.#joins.delete(join.key);
    if (join.isOurs && !join.isTold) {
      this.#leaving.add(join);
    } else {
      this.#uncount(join);
    }
    for (const wake of join.waiting) {
      wake();
    }
  }

  #uncount({ parts }: Join): void {
    this.#bytes -= joinOverhead;
    for (const part of parts.values()) {
      this.#bytes -= sizeOf(part);
    }
  }
}

function noteRepeat(join: Join, number: number): void {
  join.carried.delete(number);
  // What was left with the SMSC has to come again.
  if (join.isTold && !join.left.has(number)) {
    join.repeated.add(number);
  }
}

const gap = '[…]';

/** What is missing is marked. */
export function joinedText({ parts, of }: Pick<Join, 'parts' | 'of'>): string {
  let text = '';
  let run: { octets: Buffer[]; dataCoding: number } | undefined;
  const endRun = (): void => {
    // Octets before characters: one may be cut in two at the end of a part.
    text += run === undefined ? '' : (textOfOctets(Buffer.concat(run.octets), run.dataCoding) ?? '');
    run = undefined;
  };
  for (let number = 1; number <= of; number++) {
    const part = parts.get(number);
    if (run !== undefined && run.dataCoding !== part?.dataCoding) {
      endRun();
    }
    if (part === undefined) {
      text += text.endsWith(gap) ? '' : gap;
    } else {
      run ??= { octets: [], dataCoding: part.dataCoding };
      run.octets.push(part.octets);
    }
  }
  endRun();
  return text;
}
