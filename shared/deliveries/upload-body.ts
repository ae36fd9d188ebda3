// Writes the body of a delivery, in bounded memory and time.
import { Readable } from 'node:stream';
import { Fault } from '../http/index.js';
import type { Blobs } from '../storage/index.js';
import { deliveryFaults } from './faults.js';
import { maxBodyBytes, uploadLimitMs } from './limits.js';

/** @returns its bytes */
export async function uploadBody(
  blobs: Blobs,
  name: string,
  body: Uint8Array | Readable,
  createdOn: number,
): Promise<number> {
  if (body instanceof Uint8Array) {
    await blobs.upload(name, body, { createdOn });
    return body.byteLength;
  }
  let bytes = 0;
  async function* bounded(chunks: Readable) {
    for await (const chunk of chunks) {
      bytes += (chunk as Buffer).byteLength;
      if (bytes > maxBodyBytes) {
        throw new Fault(deliveryFaults.tooLarge);
      }
      yield chunk as Buffer;
    }
  }
  const stream = Readable.from(bounded(body), { objectMode: false });
  const timer = setTimeout(() => stream.destroy(new Error('The body of a delivery came too slowly.')), uploadLimitMs);
  try {
    await blobs.upload(name, stream, { createdOn });
    return bytes;
  } finally {
    clearTimeout(timer);
  }
}
