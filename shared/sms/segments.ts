// How many messages a network makes of a text. 3GPP TS 23.038, 6.2.1: the default alphabet of 7 bits with its extension
// table, each character of which takes two septets; what does not fit into it goes as UCS-2. 3GPP TS 23.040, 9.2.3.24.1: of
// 140 bytes a part of several has 6 for its header.
import { septetsOf } from './gsm7.js';

export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly count: number;
}

const single = { 'GSM-7': 160, 'UCS-2': 70 } as const;
const concatenated = { 'GSM-7': 153, 'UCS-2': 67 } as const;

/** An escape sequence, or a surrogate pair, is never torn apart: it goes whole into the next part. */
export function segmentsOf(text: string): Segments {
  const septets = septetsOf(text);
  const encoding = septets === undefined ? 'UCS-2' : 'GSM-7';
  const units = (septets ?? [...text]).map(({ length }) => length);
  const total = units.reduce((sum, length) => sum + length, 0);
  if (total <= single[encoding]) {
    return { encoding, count: 1 };
  }
  let count = 1;
  let filled = 0;
  for (const length of units) {
    if (filled + length > concatenated[encoding]) {
      count += 1;
      filled = 0;
    }
    filled += length;
  }
  return { encoding, count };
}
