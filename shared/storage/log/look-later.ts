// Looks at something again and again, as long as there is anything to look at. It keeps no process alive.

export class LookLater {
  readonly #everyMs: number;
  readonly #look: () => boolean;
  #isWaiting = false;

  /** @param look whether there is anything left to look at */
  constructor(everyMs: number, look: () => boolean) {
    this.#everyMs = everyMs;
    this.#look = look;
  }

  /** There is something to look at. */
  begin(): void {
    if (this.#isWaiting) {
      return;
    }
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      if (this.#look()) {
        this.begin();
      }
    }, this.#everyMs).unref();
  }
}
