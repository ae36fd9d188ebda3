// Who was deleted lately. A buried identity is refused and hidden everywhere within two seconds, while its erasure is under
// way; an erasure that takes longer than a burial is remembered buries it again.
import { type Announcements, lastWord } from './announcements.js';
import { announcementLifeMs } from './limits.js';

export class Burials {
  readonly #list: Announcements;

  constructor(list: Announcements) {
    this.#list = list;
  }

  /** No token of this identity is alive any more, and none will be. What it wrote is hidden for `announcementLifeMs`. */
  async bury(rawId: string): Promise<void> {
    await this.#list.append(this.#list.subjectOf(rawId), lastWord);
  }

  /** Whether the identity was deleted lately; by what is in memory, which a check of a token has brought up to date. */
  isBuried(rawId: string): boolean {
    return this.buriedUntil(rawId) !== undefined;
  }

  /** Until when it is remembered that the identity was deleted, product ms; by what is in memory, as above. */
  buriedUntil(rawId: string): number | undefined {
    const found = this.#list.hasLastWords ? this.#list.find(this.#list.subjectOf(rawId)) : undefined;
    return found?.value === lastWord ? found.until : undefined;
  }

  /** When the identity was deleted, product ms; undefined when that was not lately. What is known is brought up to date. */
  async buriedOn(rawId: string): Promise<number | undefined> {
    await this.#list.catchUp();
    const until = this.buriedUntil(rawId);
    return until === undefined ? undefined : until - announcementLifeMs;
  }

  /** The same as a question; to be asked after the last write by whoever writes about somebody after a wait. */
  async wasDeleted(rawId: string): Promise<boolean> {
    return (await this.buriedOn(rawId)) !== undefined;
  }
}
