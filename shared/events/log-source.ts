// What a capability implements whose log is its outbox: how events are made of entries. Nothing of an event is kept; it is
// made of the log when it is told, and says what the log says then.
import type { RaisedEvent } from './model.js';
import type { LogRef } from './marks.js';

/** What stands behind a number in a log. */
export interface LogPortion {
  /** In their order; an entry that raises nothing may be left out. */
  readonly entries: readonly ToldEntry[];
  /** Up to here it reaches. */
  readonly upTo: number;
  /** Number of the newest entry there was. */
  readonly newest: number;
}

export interface ToldEntry {
  readonly sequence: number;
  /** Made one by one: an entry may be told to hundreds. */
  events(): Iterable<RaisedEvent>;
}

export interface LogSource {
  /** Number of the newest entry; undefined when the log is gone. */
  newest(log: LogRef): Promise<number | undefined>;
  /**
   * What stands behind `told`, a bounded piece of it.
   *
   * @param newest as far as is known; a guess that saves a read
   * @returns undefined when the log is gone
   */
  read(log: LogRef, told: number, newest: number | undefined): Promise<LogPortion | undefined>;
}
