// Up to where somebody who polls is told. Pointers of several processes do not come in the order of their places, so what
// was looked at lately is named one by one: a late one is told all the same, and none twice.
import { lookBackMs, maxRecentPointers } from './limits.js';
import { placeOfTime, timeOfPlace } from './pointer-place.js';

export class Cursor {
  /** Nothing up to here is told: it came before the connection, or there is no room to name it. */
  #start: string;
  /** Places that were looked at, in the order in which that was done. */
  readonly #recent: Set<string>;
  #newest: string;

  private constructor(start: string, newest: string, recent: readonly string[]) {
    this.#start = start;
    this.#newest = newest;
    this.#recent = new Set(recent);
  }

  static at(place: string): Cursor {
    return new Cursor(place, place, []);
  }

  /** What {@link text} has written. */
  static read(text: string): Cursor {
    const [start = '', newest = start, ...recent] = text.split(' ');
    return new Cursor(start, newest, recent);
  }

  get text(): string {
    return [this.#start, this.#newest, ...this.#recent].join(' ');
  }

  /** Where to look from. */
  get from(): string {
    const from = placeOfTime(timeOfPlace(this.#newest) - lookBackMs);
    return from > this.#start ? from : this.#start;
  }

  isBehind(place: string): boolean {
    return place > this.from && !this.#recent.has(place);
  }

  add(place: string): void {
    this.#recent.add(place);
    if (place > this.#newest) {
      this.#newest = place;
    }
    if (this.#recent.size > maxRecentPointers) {
      // Whether it was told could not be known any more, so nothing up to it is told again.
      const oldest = [...this.#recent].reduce((least, each) => (each < least ? each : least));
      this.#start = oldest > this.#start ? oldest : this.#start;
    }
    const { from } = this;
    for (const recent of this.#recent) {
      if (recent <= from) {
        this.#recent.delete(recent);
      }
    }
  }
}
