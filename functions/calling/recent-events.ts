// The events of calls that this process has told lately, for tests that wait for one. In the emulator only, in memory alone.

interface Recent {
  readonly resourceId: string;
  readonly connection: string;
  readonly type: string;
  readonly rendered: object;
}

const remembered = 1_000;

export class RecentEvents {
  #events: Recent[] = [];

  add(event: Recent): void {
    this.#events.push(event);
    if (this.#events.length > remembered) {
      this.#events.shift();
    }
  }

  /** Somebody of this resource was erased: whoever they are is not looked for. */
  forget(resourceId: string): void {
    this.#events = this.#events.filter((each) => each.resourceId !== resourceId);
  }

  /** @param wanted.type without what stands before it in the contract */
  newest(
    resourceId: string,
    wanted: { readonly type?: string | undefined; readonly connection?: string | undefined },
  ): object | undefined {
    const { type, connection } = wanted;
    return this.#events.findLast(
      (each) =>
        each.resourceId === resourceId &&
        (type === undefined || each.type === type) &&
        (connection === undefined || each.connection === connection),
    )?.rendered;
  }
}
