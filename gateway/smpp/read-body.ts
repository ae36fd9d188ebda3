// The body of a request, up to a limit, and until somebody else has its place.
import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export class PlaceTaken extends Error {
  override readonly name = 'PlaceTaken';
}

/**
 * @throws {BodyTooLarge} when it is longer; what comes of it then is not kept
 * @throws {PlaceTaken} when it is to give way before it is there
 */
export function readBody(request: IncomingMessage, maxBytes: number, giveWay: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const stop = (error: Error): void => {
      chunks.length = 0;
      request.off('data', take);
      reject(error);
    };
    const tooLarge = (): void => stop(new BodyTooLarge(`The body has more than ${maxBytes} bytes.`));
    // Not as an iterator: one that is left early takes the connection with it, and with that the answer.
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) {
        tooLarge();
      }
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      tooLarge();
      return;
    }
    giveWay.addEventListener('abort', () => stop(new PlaceTaken('Others have come since.')), { once: true });
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => stop(new Error('The request has ended before its time.')));
  });
}
