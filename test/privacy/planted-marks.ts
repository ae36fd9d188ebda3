// The words by which somebody is planted and looked for: each is its own, and begins alike.
import { randomBytes } from 'node:crypto';

/** What a mark looks like, whoever's it is. */
export const markForm = /mark[\da-f]{12}/;

export class PlantedMarks {
  readonly prefix = `mark${randomBytes(6).toString('hex')}`;
  readonly email = `${this.prefix}@post.example`;
  /** Hers alone. */
  readonly phone = '+436647654321';
  /** Kept somewhere. */
  readonly kept = new Set<string>();
  /** Kept nowhere. */
  readonly passed = new Set<string>();

  readonly mark = (what: string): string => this.#make(this.kept, what);
  readonly passing = (what: string): string => this.#make(this.passed, what);

  /** No mark is the beginning of another one. */
  #make(marks: Set<string>, what: string): string {
    const text = `${this.prefix} ${what} end`.replaceAll(' ', '-');
    marks.add(text);
    return text;
  }

  /** The words that marks were made of, without those that lie in no such store. */
  wordsOf(
    lies: ReadonlyMap<string, ReadonlySet<string>>,
    isWanted: (text: string, store: string) => boolean = () => true,
  ): string[] {
    return [...lies]
      .filter(([text, stores]) => [...stores].some((store) => isWanted(text, store)))
      .map(([text]) => text.replace(`${this.prefix}-`, '').replace(/-end$/, ''))
      .sort();
  }
}
