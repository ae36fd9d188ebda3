// When windows hear of messages: how often each was heard, and how long after its send was answered.

/** Of the body, which stands as text in its frame. */
const messageIdInFrame = /messageId\\":\\"(\d+)/g;

export class HeardNotices {
  readonly #answered = new Map<string, number>();
  readonly #heard = new Map<string, number[]>();
  #count = 0;
  #last = 0;

  /** Every notice of a message, in all windows. */
  get count(): number {
    return this.#count;
  }

  /** Of the last one; monotonic ms. */
  get last(): number {
    return this.#last;
  }

  onNotice = (text: string): void => {
    const now = performance.now();
    for (const [, id = ''] of text.matchAll(messageIdInFrame)) {
      this.#heard.set(id, [...(this.#heard.get(id) ?? []), now]);
      this.#count += 1;
      this.#last = now;
    }
  };

  answered(id: string): void {
    this.#answered.set(id, performance.now());
  }

  /** Milliseconds from the answer to each notice; 0 where that was heard before. */
  delays(): number[] {
    return [...this.#answered].flatMap(([id, at]) =>
      (this.#heard.get(id) ?? []).map((heard) => Math.max(0, heard - at)),
    );
  }

  /** Waits until so many were heard, or none came for a while. */
  async settle(count: number, quietMs: number): Promise<void> {
    const began = performance.now();
    while (this.#count < count && performance.now() - Math.max(began, this.#last) < quietMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  forget(): void {
    this.#answered.clear();
    this.#heard.clear();
    this.#count = 0;
  }
}
