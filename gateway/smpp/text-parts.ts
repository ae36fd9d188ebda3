// A text as the octets of its parts: in the default alphabet where that has all its characters, else in UCS-2. No part ends
// within a character.
import { septetsOf } from '../../shared/sms/gsm7.js';
import { septets, utf16Units } from './limits.js';

export const codings = { gsm7: 0, ascii: 1, latin1: 3, ucs2: 8 } as const;

export interface EncodedText {
  readonly dataCoding: number;
  readonly parts: readonly Buffer[];
}

/** @param isWhole never in parts */
export function encodeText(text: string, isWhole = false): EncodedText {
  const characters = septetsOf(text);
  if (characters !== undefined) {
    const parts = cut(characters, (each) => each.length, isWhole ? undefined : septets);
    return { dataCoding: codings.gsm7, parts: parts.map((part) => Buffer.from(part.flat())) };
  }
  // By characters, so that a pair of surrogates stays together.
  const parts = cut([...text], (each) => each.length, isWhole ? undefined : utf16Units);
  return { dataCoding: codings.ucs2, parts: parts.map((part) => bigEndian(part.join(''))) };
}

function cut<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  limits: { readonly alone: number; readonly inParts: number } | undefined,
): Item[][] {
  const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
  if (limits === undefined || size <= limits.alone) {
    return [[...items]];
  }
  const parts: Item[][] = [];
  let part: Item[] = [];
  let used = 0;
  for (const item of items) {
    if (used + sizeOf(item) > limits.inParts) {
      parts.push(part);
      part = [];
      used = 0;
    }
    part.push(item);
    used += sizeOf(item);
  }
  return [...parts, part];
}

function bigEndian(text: string): Buffer {
  // A surrogate without its other half is no character.
  return Buffer.from(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'), 'utf16le').swap16();
}
