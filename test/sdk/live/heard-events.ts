// What pages with the chat SDK have heard, in its order, and waiting for more.

export interface Heard {
  /** Of the window. */
  readonly name: string;
  readonly event: string;
  readonly payload: Record<string, unknown>;
  /** Real ms. */
  readonly at: number;
}

export type IsIt = (payload: Record<string, unknown>) => boolean;

const limitMs = 25_000;

export class HeardEvents {
  readonly list: Heard[] = [];
  readonly #listeners = new Set<() => void>();

  note(heard: Heard): void {
    this.list.push(heard);
    for (const listen of this.#listeners) {
      listen();
    }
  }

  /** Waits for something that somebody hears; it may have been heard already. */
  hears(name: string, event: string, isIt: IsIt = () => true): Promise<Heard> {
    return this.hearsTimes(1, name, event, isIt);
  }

  /** The same, so many times in all; resolves with the last of them. */
  hearsTimes(times: number, name: string, event: string, isIt: IsIt = () => true): Promise<Heard> {
    const find = () => this.of(name, event, isIt)[times - 1];
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#listeners.delete(listen);
        const all = this.list.map((each) => `${each.name} ${each.event}`).join(', ');
        reject(new Error(`${name} did not hear ${event}; heard was: ${all}`));
      }, limitMs);
      const listen = () => {
        const found = find();
        if (found !== undefined) {
          clearTimeout(limit);
          this.#listeners.delete(listen);
          resolve(found);
        }
      };
      this.#listeners.add(listen);
      listen();
    });
  }

  of(name: string, event: string, isIt: IsIt = () => true): readonly Heard[] {
    return this.list.filter((each) => each.name === name && each.event === event && isIt(each.payload));
  }
}
