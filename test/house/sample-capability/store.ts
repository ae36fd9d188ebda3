// How notes lie in a table: partition = resource, a row a note. There are few of them, so a person's are found by looking
// at all.
import type { EraseStep } from '../../../shared/data-map/index.js';
import { type Columns, eraseRows, isKey, type Stored, type Table } from '../../../shared/storage/index.js';
import { keptUntil, type Note } from './model.js';

export class NoteStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Writing it again changes nothing. */
  async add(resourceId: string, { id, ...note }: Note): Promise<void> {
    await this.#table.upsert({ partitionKey: resourceId, rowKey: id, ...note }, 'replace');
  }

  /** undefined when there is none, or its time is over. */
  async find(resourceId: string, id: string, now: number): Promise<Note | undefined> {
    // The id is what a caller says.
    const row = isKey(id) ? await this.#table.get<Columns>(resourceId, id) : undefined;
    const note = row && toNote(row);
    return note !== undefined && keptUntil(note) > now ? note : undefined;
  }

  async *all(resourceId: string): AsyncGenerator<Note> {
    for await (const row of this.#table.rows<Columns>({ partition: resourceId })) {
      yield toNote(row);
    }
  }

  async *of(resourceId: string, author: string): AsyncGenerator<Note> {
    for await (const note of this.all(resourceId)) {
      if (note.author === author) {
        yield note;
      }
    }
  }

  async remove(resourceId: string, id: string): Promise<void> {
    await this.#table.remove(resourceId, id);
  }

  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }
}

function toNote(row: Stored<Columns>): Note {
  return {
    id: row.rowKey,
    author: String(row['author']),
    text: String(row['text']),
    writtenOn: Number(row['writtenOn']),
  };
}
