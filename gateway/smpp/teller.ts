// Tells the app what has come in, in few requests: what comes while some are on their way goes together with the next.
import { type AppAnswer, type AppClient, AppUnreachable } from '../app-client.js';
import { errorOf } from '../refusal-of.js';
import { maxTold, maxToldBytes, toldAtOnce } from './limits.js';

/** `nobody`: the app knows nobody that it concerns. `later`: nobody knows whether the app has it. */
export type Told = 'taken' | 'nobody' | 'refused' | 'later';

export interface TellerParts {
  readonly app: Pick<AppClient, 'ask'>;
  readonly path: string;
  /** Of the list in the body. */
  readonly list: string;
}

interface Waiting {
  readonly item: object;
  readonly bytes: number;
  settle(told: Told): void;
}

export class Teller<Item extends object> {
  readonly #parts: TellerParts;
  readonly #waiting: Waiting[] = [];
  #running = 0;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  tell(item: Item): Promise<Told> {
    return new Promise((settle) => {
      this.#waiting.push({ item, bytes: JSON.stringify(item).length, settle });
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#running < toldAtOnce && this.#waiting.length > 0) {
      this.#running += 1;
      void this.#send(this.#nextBatch()).finally(() => {
        this.#running -= 1;
        this.#begin();
      });
    }
  }

  #nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const each of this.#waiting.slice(0, maxTold)) {
      bytes += each.bytes;
      if (count > 0 && bytes > maxToldBytes) {
        break;
      }
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const { app, path, list } = this.#parts;
    let answer: AppAnswer;
    try {
      answer = await app.ask(path, { [list]: batch.map(({ item }) => item) });
    } catch (error) {
      for (const each of batch) {
        each.settle('later');
      }
      if (!(error instanceof AppUnreachable)) {
        throw error;
      }
      return;
    }
    const isRefused = [400, 413, 422].includes(answer.status) && errorOf(answer.body).code !== undefined;
    if (isRefused && batch.length > 1) {
      // One of them is at fault, and the others are not to suffer for it.
      const middle = Math.ceil(batch.length / 2);
      await this.#send(batch.slice(0, middle));
      await this.#send(batch.slice(middle));
      return;
    }
    for (const [index, each] of batch.entries()) {
      each.settle(isRefused ? 'refused' : toldOf(answer, batch.length, index));
    }
  }
}

/** Somebody else who answers 200 to everything is not believed. */
function toldOf({ status, body }: AppAnswer, count: number, index: number): Told {
  const { results } = (body ?? {}) as { readonly results?: unknown };
  if (status !== 200 || !Array.isArray(results) || results.length !== count) {
    return 'later';
  }
  const { status: own } = (results[index] ?? {}) as { readonly status?: unknown };
  return own === 200 ? 'taken' : own === 404 ? 'nobody' : 'later';
}
