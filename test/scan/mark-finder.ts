// Looks for marks in a stream of bytes, in memory bounded by the longest pattern and one chunk.
import { type MarkPattern, markPatterns } from './mark-patterns.js';

/** A mark that was found. */
export interface Hit {
  /** Table, container, queue or file. */
  readonly store: string;
  /** Keys, blob name, message id; for a file its path. */
  readonly key: string;
  readonly mark: string;
  readonly encoding: string;
}

export interface MarkFinder {
  /** Starts on one item; what is written to it is one sequence of bytes. Each mark and encoding is reported once. */
  start(store: string, key: string): { write(chunk: string | Uint8Array): void };
  readonly hits: readonly Hit[];
}

export function createMarkFinder(marks: readonly string[]): MarkFinder {
  const patterns = marks.flatMap((mark) => markPatterns(mark));
  const overlap = Math.max(0, ...patterns.map(({ bytes }) => bytes.length - 1));
  const hits: Hit[] = [];
  return {
    hits,
    start: (store, key) => {
      const open = new Set<MarkPattern>(patterns);
      let tail = Buffer.alloc(0);
      return {
        write: (chunk) => {
          const window = Buffer.concat([tail, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
          for (const pattern of open) {
            if (window.includes(pattern.bytes)) {
              open.delete(pattern);
              hits.push({ store, key, mark: pattern.mark, encoding: pattern.encoding });
            }
          }
          tail = Buffer.from(window.subarray(Math.max(0, window.length - overlap)));
        },
      };
    },
  };
}
