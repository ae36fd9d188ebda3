// Bodies that do not fit into memory: how an operation says that it takes one, and how it answers with one.
import type { Readable } from 'node:stream';
import { z } from 'zod';

/** Body schema of an operation that takes the body as it comes; it is cut at the operation's `maxBodyBytes`. */
export const StreamedBody = z.custom<Readable>();

/** Result of an operation that answers with a stream instead of JSON. */
export class Download {
  readonly content: Readable;
  readonly contentType: string;
  readonly sizeBytes: number;

  constructor(content: Readable, contentType: string, sizeBytes: number) {
    this.content = content;
    this.contentType = contentType;
    this.sizeBytes = sizeBytes;
  }
}
