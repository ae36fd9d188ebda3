// How many rows of logs this process has dropped: for the metric, and for `GET /health`.
import { countDroppedRows } from './metrics.js';

export class DroppedRows {
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(table: string, rows: number): void {
    this.#total += rows;
    countDroppedRows(table, rows);
  }
}
