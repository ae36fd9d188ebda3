// What a process does beside its requests: hand-overs in the background. Whoever stops the process waits for them.

export class UnderWay {
  readonly #report: (failure: unknown) => void;
  readonly #promises = new Set<Promise<void>>();
  #isStopping = false;

  constructor(report: (failure: unknown) => void) {
    this.#report = report;
  }

  /** From now on nothing is begun. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  get size(): number {
    return this.#promises.size;
  }

  /** Never rejects: what fails is reported, and found again through the due index. */
  start(work: () => Promise<unknown>): Promise<void> {
    const promise = work()
      .then(() => undefined)
      .catch((failure: unknown) => this.#report(failure))
      .finally(() => this.#promises.delete(promise));
    this.#promises.add(promise);
    return promise;
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Waits for what is under way now. */
  async settleCurrent(): Promise<void> {
    await Promise.all(this.#promises);
  }

  /** Waits until nothing is under way, what begins meanwhile included. */
  async settleAll(): Promise<void> {
    while (this.#promises.size > 0) {
      await Promise.all(this.#promises);
    }
  }
}
