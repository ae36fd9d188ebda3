// Gives marks back, moved on: those that come while a transaction is under way go together into the next one, so that a
// thousand busy logs cost no thousand transactions.
import type { HeldMark, Mark, Marks } from './marks.js';

interface Returning {
  readonly mark: HeldMark;
  readonly resolve: (given: Mark | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class MarkReturns {
  readonly #marks: Pick<Marks, 'giveBack'>;
  #waiting: Returning[] = [];
  #running: Promise<void> | undefined;

  constructor(marks: Pick<Marks, 'giveBack'>) {
    this.#marks = marks;
  }

  /** @returns the mark as it is now; undefined when it was this process's no more */
  giveBack(mark: HeldMark): Promise<Mark | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ mark, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async settle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0);
      try {
        const given = await this.#marks.giveBack(together.map(({ mark }) => mark));
        const byKey = new Map(given.map((mark) => [mark.key, mark]));
        for (const { mark, resolve } of together) {
          resolve(byKey.get(mark.key));
        }
      } catch (error) {
        for (const { reject } of together) {
          reject(error);
        }
      }
    }
    this.#running = undefined;
  }
}
