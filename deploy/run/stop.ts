// Ctrl-C in the middle of a deployment. A terminal sends it to Pulumi too, which then ends what is under way and writes that
// down; if its reader goes away meanwhile it dies, and the stack stays locked. So while a stack is updated nobody goes.

export class Stop {
  #updates = 0;
  #isAsked = false;

  /** Whether nothing more is to be begun. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** @throws {Error} a sentence, when nothing more is to be begun */
  check(): void {
    if (this.#isAsked) {
      throw new Error('It was stopped before this began.');
    }
  }

  /** While this runs, the first Ctrl-C waits for it. */
  async hold<Result>(update: () => Promise<Result>): Promise<Result> {
    this.#updates += 1;
    try {
      return await update();
    } finally {
      this.#updates -= 1;
    }
  }

  /** @returns whether to go at once: nothing is under way that must end, or somebody asks again */
  ask(): boolean {
    const goes = this.#isAsked || this.#updates === 0;
    this.#isAsked = true;
    return goes;
  }
}
