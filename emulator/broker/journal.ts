// What a broker keeps over restarts: a file of lines, each a change, and now and then written anew. Ephemeral ones keep
// nothing. Nothing waits for the file but a taking out: what was erased is in no file any more when that is answered.
import { appendFile, readFile } from 'node:fs/promises';
import { isErrorCode, writeFileAtomically } from '../../cli/write-file-atomically.js';
import type { LoggedEvent, Pending, Subscription } from './model.js';

export type Change =
  | { readonly is: 'event'; readonly logged: LoggedEvent }
  | { readonly is: 'subscription'; readonly subscription: Subscription }
  | { readonly is: 'unsubscribed'; readonly name: string }
  | { readonly is: 'pending'; readonly pending: Pending }
  | { readonly is: 'settled'; readonly number: number; readonly subscription: string };

/** Lines beyond what is there: then the file is written anew. */
const maxSurplus = 20_000;

export class Journal {
  readonly #path: string | undefined;
  /** What there is, as changes from nothing. */
  readonly #whole: () => Iterable<Change>;
  /** Told once of a disk that takes nothing more, and again when it has taken something meanwhile. */
  readonly #report: (error: unknown) => void;
  #waiting: Change[] = [];
  #lines = 0;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  /** The file may end in the middle of a line. */
  #isTorn = false;

  constructor(path: string | undefined, whole: () => Iterable<Change>, report: (error: unknown) => void) {
    this.#path = path;
    this.#whole = whole;
    this.#report = report;
  }

  async read(): Promise<readonly Change[]> {
    try {
      const text = this.#path === undefined ? '' : await readFile(this.#path, 'utf8');
      const lines = text.split('\n').filter((line) => line !== '');
      this.#lines = lines.length;
      return lines.flatMap(parse);
    } catch (error) {
      if (isErrorCode(error, 'ENOENT')) {
        return [];
      }
      throw error;
    }
  }

  note(change: Change): void {
    if (this.#path === undefined) {
      return;
    }
    this.#waiting.push(change);
    this.#write();
  }

  #write(): void {
    if (!this.#isWriting) {
      this.#isWriting = true;
      this.#writing = this.#writing.then(() => this.#append());
    }
  }

  /** Writes the file anew: what is not there any more is not in it either. */
  async rewrite(): Promise<void> {
    const replaced = this.#writing.then(() => this.#replace());
    this.#writing = replaced.catch(() => undefined);
    await replaced;
  }

  async settle(): Promise<void> {
    await this.#writing;
    if (this.#isTorn) {
      await this.#append();
    }
  }

  async #append(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && this.#path !== undefined && !this.#isTorn) {
        const lines = this.#waiting.splice(0).map((change) => `${JSON.stringify(change)}\n`);
        await appendFile(this.#path, lines.join(''), { mode: 0o600 });
        this.#lines += lines.length;
      }
      if (this.#isTorn || this.#lines > maxSurplus) {
        await this.#replace();
      }
    } catch (error) {
      // The next change writes all of it anew.
      if (!this.#isTorn) {
        this.#isTorn = true;
        this.#report(error);
      }
    } finally {
      this.#isWriting = false;
    }
    // What was noted while it was written anew.
    if (this.#waiting.length > 0 && !this.#isTorn) {
      this.#write();
    }
  }

  async #replace(): Promise<void> {
    if (this.#path === undefined) {
      return;
    }
    this.#waiting = [];
    const lines = [...this.#whole()].map((change) => `${JSON.stringify(change)}\n`);
    this.#lines = 0;
    await writeFileAtomically(this.#path, lines.join(''), { mode: 0o600 });
    this.#isTorn = false;
  }
}

/** The last line may have been cut when the machine went down. */
function parse(line: string): Change[] {
  try {
    return [JSON.parse(line) as Change];
  } catch {
    return [];
  }
}
