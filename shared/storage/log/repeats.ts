// Tells appends that a client repeats from new ones. A repetition says what the newest append of its request has said: whoever
// sends "ok", "next" and "ok" under one request id has sent three.
import type { Fingerprint } from './fingerprint.js';
import type { RecentEntries, RecentEntry } from './recent-entries.js';

export class Repeats {
  readonly #recent: RecentEntries;
  /** What the newest append of a request says that is about to be written. */
  readonly #written = new Map<string, string>();
  readonly #awaited = new Set<string>();

  constructor(recent: RecentEntries) {
    this.#recent = recent;
  }

  /**
   * @param at when it would be written, product ms
   * @returns what it repeats, as far as is known; 'awaited' when that is only about to be written
   */
  find(fingerprint: Fingerprint, at: number): RecentEntry | 'awaited' | undefined {
    const { request, content } = fingerprint;
    if (this.#awaited.has(request)) {
      return 'awaited';
    }
    const written = this.#written.get(request);
    if (written === undefined) {
      return this.#recent.findRepeated(fingerprint, at);
    }
    if (written !== content) {
      return undefined;
    }
    // And whatever comes under this request id after it, so that they stay in their order.
    this.#awaited.add(request);
    return 'awaited';
  }

  /** It is about to be written. */
  note({ request, content }: Fingerprint): void {
    this.#written.set(request, content);
  }
}
