// Bodies that are no JSON, or do not fit into memory: how an operation says that it takes one, and how it answers with one.
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ByteRange } from './range.js';

/** Body schema of an operation that takes the body as it comes; it is cut at the operation's `maxBodyBytes`. */
export const StreamedBody = z.custom<Readable>();

/** Body schema of an operation that takes the body whole, as the bytes that were sent; at most `maxBodyBytes` of them. */
export const WholeBody = z.custom<Buffer>();

/** Schema of an answer that has no body. */
export const NoBody = z.void();

/** For content that callers may ask for in parts. */
export interface RangedContent {
  /** With its quotes. */
  readonly etag: string;
  /** The part that `content` is; undefined when it is the whole. */
  readonly range: ByteRange | undefined;
}

/** Result of an operation that answers with a stream instead of JSON. */
export class Download {
  readonly content: Readable;
  readonly contentType: string;
  /** Of the whole, also when `content` is a part of it. */
  readonly sizeBytes: number;
  readonly ranged: RangedContent | undefined;

  constructor(content: Readable, contentType: string, sizeBytes: number, ranged?: RangedContent) {
    this.content = content;
    this.contentType = contentType;
    this.sizeBytes = sizeBytes;
    this.ranged = ranged;
  }
}

const typesOfDownloads = new WeakMap<z.ZodType, string>();

/**
 * Schema of an answer that is a `Download`.
 *
 * @param contentType what it may be, e.g. `image/*`
 */
export function downloadOf(contentType: string) {
  const schema = z.custom<Download>();
  typesOfDownloads.set(schema, contentType);
  return schema;
}

/** Result of an operation that answers with a short text that is no JSON. */
export class PlainText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Schema of an answer that is a `PlainText`. */
export const PlainTextBody = z.custom<PlainText>();
typesOfDownloads.set(PlainTextBody, 'text/plain');

/** The content type of what `downloadOf` has made; undefined for a schema of JSON. */
export function downloadTypeOf(schema: z.ZodType): string | undefined {
  return typesOfDownloads.get(schema);
}
