// A zip that is written while it is read: one entry after the other, sizes behind the contents (data descriptors, Zip64
// where needed), a few hundred KB in memory whatever goes through.
import { createHash } from 'node:crypto';
import { finished, pipeline, Readable, Transform } from 'node:stream';
import { ZipFile } from 'yazl';
import { toDate } from '../time/instant.js';

export interface ZipEntry {
  /** Path inside the zip. */
  readonly name: string;
  /** Already compressed contents, such as images, are only stored. */
  readonly isCompressed?: boolean;
  readonly content: Readable | AsyncIterable<string> | Iterable<string>;
}

export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #hash = createHash('sha256');
  readonly #madeOn: number;
  readonly #content: Transform;
  #sizeBytes = 0;
  #current: Readable | undefined;
  #failure: Error | undefined;

  /** @param madeOn time of all entries, ms */
  constructor(madeOn: number) {
    this.#madeOn = madeOn;
    this.#content = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#hash.update(chunk);
        this.#sizeBytes += chunk.length;
        done(null, chunk);
      },
    });
    pipeline(this.#zip.outputStream, this.#content, (error) => {
      if (error) {
        this.abort(error);
      }
    });
  }

  /** The zip as it grows; has to be read for anything to go on. */
  get content(): Readable {
    return this.#content;
  }

  /** What went wrong first; undefined while all is well. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Adds an entry; resolves when its content is read to the end, so that one is under way at a time. */
  async add({ name, isCompressed = false, content }: ZipEntry): Promise<void> {
    const source = content instanceof Readable ? content : Readable.from(content, { objectMode: false });
    if (this.#failure !== undefined) {
      source.destroy();
      throw this.#failure;
    }
    this.#current = source;
    this.#zip.addReadStreamLazy(name, { mtime: toDate(this.#madeOn), compress: !isCompressed }, handOver(source));
    await new Promise<void>((resolve, reject) => {
      finished(source, { writable: false }, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** No more entries: the directory is written, and the content ends. */
  end(): void {
    this.#zip.end();
  }

  /** Breaks off: whoever reads the content or waits for an entry gets an error. */
  abort(failure: Error): void {
    this.#failure ??= failure;
    this.#current?.destroy(failure);
    this.#content.destroy(failure);
  }

  /** Of all that was read of the content; call it once, at the end. */
  digest(): { sizeBytes: number; sha256: string } {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }
}

/** Gives a stream away once. The zip keeps this function for as long as it is written, so it must not keep the stream. */
function handOver(source: Readable): (take: (error: unknown, source: Readable) => void) => void {
  const waiting = [source];
  return (take) => {
    for (const next of waiting.splice(0)) {
      take(null, next);
    }
  };
}
