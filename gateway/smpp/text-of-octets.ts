// Octets of a text as characters, by their data coding (SMPP 3.4, 5.2.19; classes of GSM 03.38 in the same places).
import { textOfSeptets } from '../../shared/sms/gsm7.js';
import { codings } from './text-parts.js';

/** ISO-8859-5 and -8, by their numbers in SMPP. */
const others: Readonly<Record<number, string>> = { 6: 'iso-8859-5', 7: 'iso-8859-8' };

/** @returns undefined for what is no text, or in an alphabet that is not known */
export function textOfOctets(octets: Buffer, dataCoding: number): string | undefined {
  if (dataCoding === codings.gsm7 || isSevenBitClass(dataCoding)) {
    return textOfSeptets(octets);
  }
  if (dataCoding === codings.ascii || dataCoding === codings.latin1) {
    return octets.toString('latin1');
  }
  // 0x18 to 0x1b name a class beside it.
  if (dataCoding === codings.ucs2 || (dataCoding & 0xfc) === 0x18) {
    return Buffer.from(octets.subarray(0, octets.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  const label = others[dataCoding];
  return label === undefined ? undefined : new TextDecoder(label).decode(octets);
}

const isSevenBitClass = (dataCoding: number): boolean => (dataCoding & 0xf4) === 0xf0 || (dataCoding & 0xfc) === 0x10;
