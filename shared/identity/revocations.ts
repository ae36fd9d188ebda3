// Whether a token is still alive: each revocation ends the tokens of the generations before, and every instance hears of it
// within two seconds.
import type { Announcements } from '../announcements/index.js';

export class Revocations {
  readonly #list: Announcements;
  readonly #subjects = new WeakMap<object, string>();

  constructor(list: Announcements) {
    this.#list = list;
  }

  /**
   * Whether a token is alive; to be asked when the list has caught up. A deleted identity has no generation that is.
   *
   * @param token the same object each time that the same token is verified: its subject is remembered with it
   */
  isAlive(token: { readonly rawId: string; readonly identityGeneration: number }): boolean {
    let subject = this.#subjects.get(token);
    if (subject === undefined) {
      subject = this.#list.subjectOf(token.rawId);
      this.#subjects.set(token, subject);
    }
    const announced = this.#list.find(subject);
    return announced === undefined || token.identityGeneration >= announced.value;
  }

  /** Tokens below this generation are dead: here when this resolves, on every other instance two seconds later. */
  async revoke(rawId: string, generation: number): Promise<void> {
    await this.#list.append(this.#list.subjectOf(rawId), generation);
  }
}
