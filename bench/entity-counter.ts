// Counts what a sweep reads: rows that storage hands out, and how many entries of the due index are held at once.
import type { CallObserver } from '../shared/storage/index.js';

export interface EntityCounter {
  readonly observe: CallObserver;
  /** Rows that queries and point reads have returned. */
  readonly touched: number;
  /** The most entries of the due index that were read and not yet removed. */
  readonly mostHeld: number;
}

export function createEntityCounter(): EntityCounter {
  let touched = 0;
  let held = 0;
  let mostHeld = 0;
  return {
    observe: async ({ store, kind }, send) => {
      const response = await send();
      if (kind === 'query') {
        const { value } = JSON.parse(response.bodyAsText ?? '{}') as { value: unknown[] };
        touched += value.length;
        if (store === 'dueindex') {
          held += value.length;
        }
        mostHeld = Math.max(mostHeld, held);
      } else if (kind === 'get' && response.status === 200) {
        touched += 1;
      }
      // A page of entries that are worked off goes in one transaction.
      else if (kind === 'transaction' && store === 'dueindex') {
        held = 0;
      }
      return response;
    },
    get touched() {
      return touched;
    },
    get mostHeld() {
      return mostHeld;
    },
  };
}
