// Where rows of logs go: pieces in the geography's own account, or its log workspace.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { LogSettings } from '../geography/index.js';
import type { LogRow, LogTable } from './log-table.js';

/** A row that is to be written. */
export interface WaitingRow {
  readonly resourceId: string;
  readonly settings: LogSettings;
  readonly table: LogTable;
  /** Product ms. */
  readonly at: number;
  /** With raw ids, until the writer has put in how people are to be called. */
  readonly row: LogRow;
}

export interface LogSink {
  /** Whether people may be called by their raw ids in it. */
  readonly takesRaw: boolean;
  /** Rows of the same are put together. */
  groupOf(row: WaitingRow): string;
  /** Right before rows go that name somebody raw. */
  beforeRaw?(resourceId: string, identifier: PersonalIdentifier): Promise<void>;
  /**
   * Writes rows of one group; what it throws is tried again a few times.
   *
   * @returns where they are, for {@link takeOut}
   */
  put(rows: readonly [WaitingRow, ...WaitingRow[]]): Promise<string>;
  /** Somebody was deleted while rows about them waited. */
  takeOut(place: string, resourceId: string, identifier: PersonalIdentifier): Promise<void>;
}
