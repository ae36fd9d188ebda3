// What a request says, in a hash. Attachments make it long: they go in piece by piece, and the whole is written nowhere.
import { keyedHashOfLong } from '../auth/index.js';
import type { Mail } from './mail.js';

const pieceCharacters = 1 << 16;

/** 32 bytes over the mail as JSON. Contents of attachments are base64, so that in JSON they stand as they are. */
export function hashMail(key: Buffer, mail: Mail): Buffer {
  return keyedHashOfLong(key, ['request'], [...jsonOf(mail, (name) => name === 'attachments')]);
}

/** As `JSON.stringify` writes it, but for what is long in pieces. */
function* jsonOf(record: object, isLong: (name: string) => boolean): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    if (value === undefined) {
      continue;
    }
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (!isLong(name)) {
      yield JSON.stringify(value);
    } else if (typeof value === 'string') {
      yield '"';
      for (let from = 0; from < value.length; from += pieceCharacters) {
        yield value.slice(from, from + pieceCharacters);
      }
      yield '"';
    } else {
      yield* listOf(value as Mail['attachments']);
    }
  }
  yield before === '{' ? '{}' : '}';
}

function* listOf(attachments: Mail['attachments']): Generator<string> {
  yield '[';
  for (const [index, attachment] of attachments.entries()) {
    yield index === 0 ? '' : ',';
    yield* jsonOf(attachment, (name) => name === 'contentInBase64');
  }
  yield ']';
}
