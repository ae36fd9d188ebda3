// The byte sequences as which a mark can lie in a table, blob, message or file.

export interface MarkPattern {
  readonly mark: string;
  /** For people: which encoding it is. */
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** Shorter marks would be found by chance in base64. */
const minMarkBytes = 8;

/**
 * A mark plain, as UTF-16, escaped for JSON (once, and once more as JSON inside JSON) and for URLs, and in base64 at
 * each of its three alignments. Encodings that look like an earlier one are left out.
 */
export function markPatterns(mark: string): readonly MarkPattern[] {
  const utf8 = Buffer.from(mark, 'utf8');
  if (utf8.length < minMarkBytes) {
    throw new Error(`A mark must have at least ${minMarkBytes} bytes.`);
  }
  const json = JSON.stringify(mark).slice(1, -1);
  const jsonAscii = escapeBeyondAscii(json);
  const url = encodeURIComponent(mark);
  const candidates: [encoding: string, text: string | Buffer][] = [
    ['utf-8', utf8],
    ['utf-16le', Buffer.from(mark, 'utf16le')],
    ['json', json],
    ['json, ascii', jsonAscii],
    ['json, ascii, upper case', upperCaseHex(jsonAscii, /\\u[0-9a-f]{4}/g)],
    ['json in json', JSON.stringify(json).slice(1, -1)],
    ['json in json, ascii', JSON.stringify(jsonAscii).slice(1, -1)],
    ['url', url],
    ['url, lower case', url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())],
    ['url, strict', url.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)],
    ['url, form', new URLSearchParams([['', mark]]).toString().slice(1)],
  ];
  for (const [encoding, source] of [
    ['', utf8],
    [' of utf-16le', Buffer.from(mark, 'utf16le')],
  ] as const) {
    for (const alignment of [0, 1, 2]) {
      const text = alignedBase64(source, alignment);
      candidates.push([`base64${encoding} at ${alignment}`, text]);
      candidates.push([`base64url${encoding} at ${alignment}`, text.replaceAll('+', '-').replaceAll('/', '_')]);
    }
  }
  const seen = new Set<string>();
  return candidates.flatMap(([encoding, text]) => {
    const bytes = Buffer.from(text as string);
    const key = bytes.toString('latin1');
    if (seen.has(key)) {
      return [];
    }
    seen.add(key);
    return [{ mark, encoding, bytes }];
  });
}

/** The characters that depend on `bytes` alone when `alignment` other bytes come before and any come behind. */
function alignedBase64(bytes: Buffer, alignment: number): string {
  const text = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64');
  const start = Math.ceil((alignment * 8) / 6);
  const end = Math.floor(((alignment + bytes.length) * 8) / 6);
  return text.slice(start, end);
}

function escapeBeyondAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function upperCaseHex(text: string, escape: RegExp): string {
  return text.replace(escape, (found) => found.slice(0, 2) + found.slice(2).toUpperCase());
}
