// The smallest capability that has everything: notes that somebody writes, which are kept for a month, can be posted to an
// address outside, and go with whoever wrote them.

/** How long a note is kept, product ms. */
export const noteLifeMs = 30 * 24 * 60 * 60_000;

/** Kind of the due work that removes notes whose time is over. */
export const dropNoteKind = 'drop-sample-note';

export interface Note {
  readonly id: string;
  /** Raw id of who wrote it. */
  readonly author: string;
  readonly text: string;
  /** Product ms. */
  readonly writtenOn: number;
}

export function keptUntil({ writtenOn }: Pick<Note, 'writtenOn'>): number {
  return writtenOn + noteLifeMs;
}
