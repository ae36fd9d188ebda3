// Keeps bytes that come in pieces of any size in blocks of its own: a piece of three bytes, kept as it is, takes more than
// thirty times as much.

const blockBytes = 64 * 1024;

export class BlockStore {
  readonly #full: Buffer[] = [];
  #last = Buffer.alloc(0);
  #used = 0;

  add(piece: Buffer): void {
    for (let from = 0; from < piece.length; ) {
      if (this.#used === this.#last.length) {
        this.#begin(piece.length - from);
      }
      const copied = piece.copy(this.#last, this.#used, from);
      this.#used += copied;
      from += copied;
    }
  }

  /** All of it in one piece; it keeps nothing then. */
  takeAll(): Buffer {
    const all = Buffer.concat([...this.#full, this.#last.subarray(0, this.#used)]);
    this.clear();
    return all;
  }

  clear(): void {
    this.#full.length = 0;
    this.#last = Buffer.alloc(0);
    this.#used = 0;
  }

  #begin(bytes: number): void {
    if (this.#used > 0) {
      this.#full.push(this.#last);
    }
    // Of its own memory: a small one would be cut out of what others hold.
    this.#last = Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes));
    this.#used = 0;
  }
}
