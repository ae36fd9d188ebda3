// The receipts in a file: a bare JWS, an answer of the API, or what `privacy erase` wrote.
import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';

export interface ReceiptToCheck {
  /** JWS compact. */
  readonly jws: string;
  /** The receipt must be about this person; which only the salt can show. */
  readonly personId?: string;
  /** It has a hash of the identifiers where others have one of the person. */
  readonly isByIdentifiers?: boolean;
  /** The receipt must cover all of these; the same. */
  readonly identifiers?: readonly string[];
  /** Base64url. */
  readonly salt?: string;
  /** It stands in the file of an erasure as one of all its receipts. */
  readonly isOfWhole?: boolean;
}

/** @param path `-` for standard input */
export async function readReceiptFile(path: string): Promise<readonly ReceiptToCheck[]> {
  let text: string;
  try {
    text = (await (path === '-' ? readStream(process.stdin) : readFile(path, 'utf8'))).trim();
  } catch (error) {
    throw new CommandError(`The receipt cannot be read (${reasonOf(error)}); name a file, or - for standard input.`);
  }
  const receipts = text.startsWith('{') ? fromJson(text) : [{ jws: text }];
  if (receipts.length === 0 || receipts.some(({ jws }) => !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jws))) {
    throw new CommandError(`There is no receipt in ${path === '-' ? 'the input' : path}.`);
  }
  return receipts;
}

interface Json {
  readonly personId?: string;
  readonly receipt?: unknown;
  readonly result?: { readonly receipt?: unknown };
  readonly value?: readonly { readonly receipt?: unknown }[];
  readonly resources?: readonly JsonReceipt[];
  readonly earlier?: readonly JsonReceipt[];
}

interface JsonReceipt {
  readonly receipt?: unknown;
  readonly salt?: string;
  readonly byIdentifiers?: unknown;
}

function fromJson(text: string): ReceiptToCheck[] {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return [];
  }
  const { personId, resources, earlier } = json;
  if (Array.isArray(resources)) {
    if (resources.length === 0) {
      return [];
    }
    const read = ({ receipt, salt, byIdentifiers }: JsonReceipt): ReceiptToCheck => ({
      jws: String(receipt),
      ...(byIdentifiers === true ? { isByIdentifiers: true } : typeof personId === 'string' && { personId }),
      ...(typeof salt === 'string' && { salt }),
    });
    const whole = (resources as readonly JsonReceipt[]).map((each) => ({ ...read(each), isOfWhole: true }));
    return [...whole, ...(Array.isArray(earlier) ? (earlier as readonly JsonReceipt[]).map(read) : [])];
  }
  const found = json.value?.map(({ receipt }) => receipt) ?? [json.receipt ?? json.result?.receipt];
  return found.map((receipt) => ({ jws: String(receipt) }));
}
