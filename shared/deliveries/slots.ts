// Places for hand-overs under way: so many at once, and so many of them to one destination. Who waits for a place waits in
// the order of asking, but not behind those whose destination is busy.

interface Waiting {
  readonly destination: string;
  enter(): void;
}

export class Slots {
  readonly #atOnce: number;
  readonly #perDestination: number;
  readonly #taken = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #all = 0;

  constructor(atOnce: number, perDestination: number) {
    this.#atOnce = atOnce;
    this.#perDestination = perDestination;
  }

  get taken(): number {
    return this.#all;
  }

  isFree(destination: string): boolean {
    return this.#all < this.#atOnce && (this.#taken.get(destination) ?? 0) < this.#perDestination;
  }

  /** @returns whether there was a place; it is to be given back with {@link release} */
  tryTake(destination: string): boolean {
    if (!this.isFree(destination)) {
      return false;
    }
    this.#all += 1;
    this.#taken.set(destination, (this.#taken.get(destination) ?? 0) + 1);
    return true;
  }

  async take(destination: string): Promise<void> {
    if (this.tryTake(destination)) {
      return;
    }
    await new Promise<void>((enter) => this.#waiting.push({ destination, enter }));
  }

  release(destination: string): void {
    this.#all -= 1;
    const left = (this.#taken.get(destination) ?? 1) - 1;
    if (left === 0) {
      this.#taken.delete(destination);
    } else {
      this.#taken.set(destination, left);
    }
    const next = this.#waiting.findIndex((waiting) => this.isFree(waiting.destination));
    if (next < 0) {
      return;
    }
    const [entering] = this.#waiting.splice(next, 1);
    if (entering !== undefined && this.tryTake(entering.destination)) {
      entering.enter();
    }
  }
}
