// The partition in which version 0.1.0 kept all jobs. A job that is met there is taken over into the buckets; once the
// partition was seen empty, this process looks there no more on its own.
import type { Columns, Stored, Table } from '../storage/index.js';

export const formerPartition = 'job';

export class FormerPartition {
  readonly #table: Table;
  #wasEmpty = false;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * @param isCertain an entry of that version names the job, so it may be here although the partition was empty: an
   *   instance of that version may have gone on for a while beside this one
   */
  async find(id: string, isCertain: boolean): Promise<Stored<Columns> | undefined> {
    if (isCertain || !(await this.#isEmpty())) {
      return this.#table.get<Columns>(formerPartition, id);
    }
    return undefined;
  }

  remove(id: string): Promise<void> {
    return this.#table.remove(formerPartition, id);
  }

  async #isEmpty(): Promise<boolean> {
    if (!this.#wasEmpty) {
      const { rows } = await this.#table.query({ partition: formerPartition, top: 1, select: [] });
      this.#wasEmpty = rows.length === 0;
    }
    return this.#wasEmpty;
  }
}
