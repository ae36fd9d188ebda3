// Bodies that are read before it is known who has sent them: few at once, in all and of one address. Whoever comes when there
// is no place gets that of whoever has had one for longest, so those who do not end keep nobody out.

interface Reading {
  readonly address: string;
  giveWay(): void;
}

export class UnsignedBodies {
  readonly #max: number;
  readonly #maxOfAddress: number;
  /** The oldest first. */
  readonly #all = new Set<Reading>();

  constructor(max: number, maxOfAddress: number) {
    this.#max = max;
    this.#maxOfAddress = maxOfAddress;
  }

  /**
   * @param giveWay called when its place is another's
   * @returns gives the place back
   */
  begin(address: string, giveWay: () => void): () => void {
    const ofAddress = [...this.#all].filter((each) => each.address === address);
    const [oldest] = ofAddress.length >= this.#maxOfAddress ? ofAddress : this.#all;
    if (oldest !== undefined && (ofAddress.length >= this.#maxOfAddress || this.#all.size >= this.#max)) {
      this.#end(oldest);
    }
    const reading = { address, giveWay };
    this.#all.add(reading);
    return () => void this.#all.delete(reading);
  }

  endAll(): void {
    for (const each of this.#all) {
      this.#end(each);
    }
  }

  #end(reading: Reading): void {
    this.#all.delete(reading);
    reading.giveWay();
  }
}
