// Who was deleted lately. A buried identity is refused and hidden everywhere within two seconds, while its erasure is under
// way; an erasure that takes longer than a burial is remembered buries it again. Phone numbers and addresses are buried too,
// each in the resource from which they are erased, as others may know them too. They may come back: only work of that
// resource that began before the erasure was to find them must not write about them any more.
import { formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import { type Announcements, lastWord } from './announcements.js';
import { announcementLifeMs, beforeErasureMs } from './limits.js';

export class Burials {
  readonly #list: Announcements;

  constructor(list: Announcements) {
    this.#list = list;
  }

  /**
   * No token of this identity is alive any more, and none will be. What it wrote is hidden for `announcementLifeMs`. Of a
   * number or an address it is remembered as long that it was erased, and when.
   *
   * @param resourceId of the resource from which it is erased, or the id of the subscription
   */
  async bury(resourceId: string, identifier: PersonalIdentifier): Promise<void> {
    await this.#list.append(this.#subjectIn(resourceId, identifier), lastWord);
  }

  /** Whether the identity was deleted lately; by what is in memory, which a check of a token has brought up to date. */
  isBuried(rawId: string): boolean {
    return this.buriedUntil(rawId) !== undefined;
  }

  /**
   * Whether nothing of somebody is shown any more; every read asks this (`IsHidden` of the data map). A number or an address
   * hides nobody: it may be another person's too, and may come back.
   */
  isHidden(identifier: PersonalIdentifier): boolean {
    return identifier.kind === 'identity' && this.isBuried(identifier.rawId);
  }

  /**
   * Stands for somebody wherever it is to be told later whether they are hidden, and who they are is not to be kept;
   * undefined for whom {@link isHidden} never hides.
   */
  subjectOf(identifier: PersonalIdentifier): string | undefined {
    return identifier.kind === 'identity' ? this.#subjectOfAnywhere(identifier) : undefined;
  }

  isHiddenSubject(subject: string): boolean {
    return this.#list.hasLastWords && this.#list.find(subject)?.value === lastWord;
  }

  /**
   * Tells of everybody who is buried when this process hears of it: for whoever keeps something of them in memory.
   *
   * @param forget gets what {@link subjectOf} gives for them
   */
  onBurial(forget: (subject: string) => void): void {
    this.#list.onLastWord(forget);
  }

  /** Until when it is remembered that the identity was deleted, product ms; by what is in memory, as above. */
  buriedUntil(rawId: string): number | undefined {
    return this.#untilOf(this.#subjectOfAnywhere({ kind: 'identity', rawId }));
  }

  /** When somebody was buried last, product ms; undefined when that was not lately. What is known is brought up to date. */
  async buriedOn(resourceId: string, identifier: PersonalIdentifier): Promise<number | undefined> {
    await this.#list.catchUp();
    const until = this.#untilIn(resourceId, identifier);
    return until === undefined ? undefined : until - announcementLifeMs;
  }

  /**
   * Whether somebody was deleted lately, after work about them has begun; to be asked after the last write by whoever writes
   * about somebody after a wait. An identity never comes back; a number or an address may be used again, so of those only
   * work counts that began before the erasure set out to find what there is.
   *
   * @param resourceId of the resource that the work is for; what another one has erased is none of its concern
   * @param since when the work began, product ms; nothing that was buried lately counts as new without it
   */
  async wasDeleted(
    resourceId: string,
    identifier: PersonalIdentifier,
    since = Number.NEGATIVE_INFINITY,
  ): Promise<boolean> {
    const buriedOn = await this.buriedOn(resourceId, identifier);
    return buriedOn !== undefined && (identifier.kind === 'identity' || since <= buriedOn + beforeErasureMs);
  }

  /**
   * The same for whoever can take back what was written: to be called after the last write.
   *
   * @param resourceId of the resource that it was written for
   * @param about all of whom something was written
   * @param since when the work began, product ms
   * @param undo takes everything back that was written
   * @returns whether it stays
   */
  async settle(
    resourceId: string,
    about: readonly PersonalIdentifier[],
    since: number,
    undo: () => Promise<void>,
  ): Promise<boolean> {
    for (const identifier of about) {
      if (await this.wasDeleted(resourceId, identifier, since)) {
        await undo();
        return false;
      }
    }
    return true;
  }

  /** Earlier builds buried a number or an address for all resources alike: that counts until it is forgotten. */
  #untilIn(resourceId: string, identifier: PersonalIdentifier): number | undefined {
    const subjects = new Set([this.#subjectIn(resourceId, identifier), this.#subjectOfAnywhere(identifier)]);
    const ends = [...subjects].flatMap((subject) => this.#untilOf(subject) ?? []);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  #untilOf(subject: string): number | undefined {
    const found = this.#list.find(subject);
    return found?.value === lastWord ? found.until : undefined;
  }

  #subjectIn(resourceId: string, identifier: PersonalIdentifier): string {
    return identifier.kind === 'identity'
      ? this.#subjectOfAnywhere(identifier)
      : this.#list.subjectOf(`${resourceId} ${formatIdentifier(identifier)}`);
  }

  #subjectOfAnywhere(identifier: PersonalIdentifier): string {
    return this.#list.subjectOf(formatIdentifier(identifier));
  }
}
