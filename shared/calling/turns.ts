// In one process whoever changes the same thing waits for the others, so that races are left to several processes.
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** What others have thrown is none of its concern. */
  async take<Value>(key: string, act: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(act, act);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === settled) {
        this.#last.delete(key);
      }
    }
  }
}
