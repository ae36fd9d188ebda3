// The header Range (RFC 9110, 14): which bytes of a content a caller wants. One range of bytes; a header that is not
// that is ignored, as the RFC asks.
import { Fault } from './fault.js';
import { faults } from './faults.js';

/** First and last byte, both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface RangeHeaders {
  readonly range?: string | undefined;
  /** The range is for the content with this ETag only; of any other the whole is wanted. */
  readonly 'if-range'?: string | undefined;
}

/**
 * @returns undefined when the whole is to be sent
 * @throws {Fault} 416 when nothing of the range is in the content
 */
export function readRange(headers: RangeHeaders, sizeBytes: number, etag: string): ByteRange | undefined {
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) {
    return undefined;
  }
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(headers.range?.trim() ?? '') ?? [];
  if (from === '' && to === '') {
    return undefined;
  }
  if (from !== '' && to !== '' && Number(to) < Number(from)) {
    return undefined;
  }
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (first > last) {
    throw new Fault(faults.rangeNotSatisfiable, { headers: { 'content-range': `bytes */${sizeBytes}` } });
  }
  return { first, last };
}
