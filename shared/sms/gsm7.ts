// The default alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1) with its extension: what fits into it, and, one septet an octet, as
// SMPP carries it.

const escape = 0x1b;
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Behind the escape. */
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const codes = new Map<string, readonly number[]>([
  ...[...basic].map((character, code) => [character, [code]] as const).filter(([, [code]]) => code !== escape),
  ...Object.entries(extension).map(([character, code]) => [character, [escape, code]] as const),
]);
const extended = new Map(Object.entries(extension).map(([character, code]) => [code, character]));

/**
 * @returns the septets of each character, so that none is cut in two; undefined when the alphabet has not all of them
 */
export function septetsOf(text: string): (readonly number[])[] | undefined {
  const all: (readonly number[])[] = [];
  for (const character of text) {
    const code = codes.get(character);
    if (code === undefined) {
      return undefined;
    }
    all.push(code);
  }
  return all;
}

/** What is none of the alphabet becomes what the standard says: an unknown extension is the letter that it stands for. */
export function textOfSeptets(bytes: Buffer): string {
  let text = '';
  let isEscaped = false;
  for (const byte of bytes) {
    if (byte === escape && !isEscaped) {
      isEscaped = true;
      continue;
    }
    const plain = byte === escape ? ' ' : (basic[byte] ?? '?');
    text += isEscaped ? (extended.get(byte) ?? plain) : plain;
    isEscaped = false;
  }
  return text;
}
