// How many submissions may be on their way, and who is next. Nobody is let in while the SMSC has said that it is too much.

interface Waiting {
  /** Asks whether it still wants to, and for how long. */
  ask(): void;
  leftMs(): number;
  /** @param mayGo false when it is too late */
  settle(mayGo: boolean): void;
}

export class Window {
  #free: number;
  #isOpen = true;
  #pause: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<Waiting>();

  constructor(size: number) {
    this.#free = size;
  }

  /**
   * @param leftMs how long it may still take, real ms; 0 when nobody waits for it any more
   * @returns whether there is a place, which is to be given back then; false when there was none in time, or never will be
   */
  enter(leftMs: () => number): Promise<boolean> {
    if (!this.#isOpen || leftMs() <= 0) {
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const waiting: Waiting = {
        leftMs,
        ask: () => {
          clearTimeout(timer);
          const waitMs = leftMs();
          if (waitMs <= 0) {
            waiting.settle(false);
          } else {
            timer = setTimeout(waiting.ask, waitMs);
          }
        },
        settle: (mayGo) => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve(mayGo);
        },
      };
      this.#waiting.add(waiting);
      waiting.ask();
      this.#letIn();
    });
  }

  /** For when something has changed that nobody who waits can know. */
  askAgain(): void {
    for (const each of this.#waiting) {
      each.ask();
    }
  }

  leave(): void {
    this.#free += 1;
    this.#letIn();
  }

  /** Nobody is let in for so long, real ms. */
  pauseFor(ms: number): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#letIn();
    }, ms);
    this.#pause.unref();
  }

  /** For ever; whoever waits is told. */
  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#pause);
    for (const each of this.#waiting) {
      each.settle(false);
    }
  }

  #letIn(): void {
    for (const each of this.#waiting) {
      if (this.#free === 0 || this.#pause !== undefined) {
        return;
      }
      const isWanted = each.leftMs() > 0;
      this.#free -= isWanted ? 1 : 0;
      each.settle(isWanted);
    }
  }
}
