// Azurite's databases (LokiJS) lie in memory and are written every five seconds; that a write failed is told to nobody, and
// then what it was to save counts as saved. Here they are written soon after a change, and a failure is known.

/** What is used of a database of LokiJS. */
export interface LokiDatabase {
  readonly filename: string;
  readonly collections: readonly { dirty: boolean }[];
  autosave: boolean;
  autosaveHandle: NodeJS.Timeout | null;
  autosaveDirty(): boolean;
  saveDatabase(callback: (error?: Error | null) => void): void;
  saveDatabaseInternal(callback?: (error?: Error | null) => void): void;
  autosaveEnable(): void;
}

/** The class of LokiJS. */
export interface LokiModule {
  readonly prototype: LokiDatabase;
}

export interface DatabaseKeeper {
  /** Paths of the databases that were written. */
  readonly files: ReadonlySet<string>;
  /** Whether something is not in its file. */
  hasUnsaved(): boolean;
}

/** Between the end of one writing and the next: that is what a kill may cost. */
const flushMs = 200;
/** A database is written as a whole: a large one is written more seldom, so that at most a fifth of the time goes there. */
const restFactor = 4;

/**
 * Changes LokiJS so; before its first database is made.
 *
 * @param onFailed told why something could not be written, each time
 */
export function keepDatabases({ prototype }: LokiModule, onFailed: (reason: string) => void): DatabaseKeeper {
  const files = new Set<string>();
  const databases = new Set<LokiDatabase>();
  const inFlight = new Set<LokiDatabase>();
  const write = prototype.saveDatabaseInternal;

  prototype.saveDatabaseInternal = function saveAndTell(this: LokiDatabase, callback): void {
    databases.add(this);
    inFlight.add(this);
    const changed = this.collections.filter(({ dirty }) => dirty);
    const settle = (error?: Error | null): void => {
      inFlight.delete(this);
      if (error) {
        for (const collection of changed) {
          collection.dirty = true;
        }
        onFailed(error.message.replace(/^(Error: )+/, ''));
      } else {
        files.add(this.filename);
      }
      callback?.(error);
    };
    try {
      write.call(this, settle);
    } catch (error) {
      settle(error as Error); // too large for one text
    }
  };

  prototype.autosaveEnable = function saveSoon(this: LokiDatabase): void {
    this.autosave = true;
    const next = (waitMs: number): void => {
      this.autosaveHandle = setTimeout(() => {
        if (!this.autosaveDirty()) {
          next(flushMs);
          return;
        }
        const since = performance.now();
        this.saveDatabase(() => {
          if (this.autosaveHandle !== null) {
            next(Math.max(flushMs, (performance.now() - since) * restFactor));
          } // else it was closed meanwhile
        });
      }, waitMs);
    };
    next(flushMs);
  };

  return {
    files,
    hasUnsaved: () => inFlight.size > 0 || [...databases].some((database) => database.autosaveDirty()),
  };
}
