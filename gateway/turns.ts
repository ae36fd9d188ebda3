// Lets a few at a time do what takes memory; the others wait in the order in which they came.

/** What is smaller waits for nobody: it takes little, and most of its time is that of the app. */
const smallBytes = 256 * 1024;

export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  takeFor<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    return bytes < smallBytes ? work() : this.take(work);
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }
}
