// Cuts a stream of bytes into the units of SMPP. A length that cannot be is known as soon as its four bytes are there: what
// comes after it means nothing.
import { headBytes } from './pdu.js';
import { maxPduBytes } from './limits.js';

class FramingError extends Error {
  override readonly name = 'FramingError';
}

export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of the unit that is being read; 0 while its length is not known. */
  #length = 0;

  /**
   * @returns the units that are whole now
   * @throws {FramingError} when one is announced that is shorter than its head or longer than it may be
   */
  add(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const whole: Buffer[] = [];
    for (;;) {
      if (this.#length === 0 && this.#bytes >= 4) {
        this.#length = this.#readLength();
      }
      if (this.#length === 0 || this.#bytes < this.#length) {
        return whole;
      }
      const all = this.#join();
      // A copy, so that what is kept of one unit does not hold what came with it.
      whole.push(Buffer.from(all.subarray(0, this.#length)));
      this.#chunks = [all.subarray(this.#length)];
      this.#bytes -= this.#length;
      this.#length = 0;
    }
  }

  #readLength(): number {
    const length = this.#join().readUInt32BE(0);
    if (length < headBytes || length > maxPduBytes) {
      throw new FramingError(`A unit of ${length} bytes was announced.`);
    }
    return length;
  }

  #join(): Buffer {
    const [only, ...others] = this.#chunks;
    if (only !== undefined && others.length === 0) {
      return only;
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
