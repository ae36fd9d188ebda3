// How somebody who is called behaves in the simulator: by the number, or as a test has said of whom. Kept in memory alone.

export type Behaviour = 'answers' | 'busy' | 'declines' | 'unavailable' | 'never' | 'waits';

/** What they do when they are listened to. */
export interface Callee {
  readonly answers: Behaviour;
  /** After so long, product ms. */
  readonly afterMs?: number;
  /** Keys, and words, with which they answer each recognition. */
  readonly presses?: string;
  readonly says?: string;
}

/** Whoever has such a number behaves so, in every resource. */
const numbersThatDoNotAnswer: Readonly<Record<string, Behaviour>> = {
  '4:+15005550010': 'busy',
  '4:+15005550011': 'declines',
  '4:+15005550012': 'never',
  '4:+15005550013': 'unavailable',
};

const answering: Callee = { answers: 'answers' };
const maxRemembered = 10_000;

export class Callees {
  readonly #told = new Map<string, Callee>();

  set(rawId: string, callee: Callee): void {
    this.#told.delete(rawId);
    this.#told.set(rawId, callee);
    const [oldest] = this.#told.keys();
    if (this.#told.size > maxRemembered && oldest !== undefined) {
      this.#told.delete(oldest);
    }
  }

  of(rawId: string): Callee {
    const byNumber = numbersThatDoNotAnswer[rawId];
    return this.#told.get(rawId) ?? (byNumber === undefined ? answering : { answers: byNumber });
  }

  clear(): void {
    this.#told.clear();
  }
}
