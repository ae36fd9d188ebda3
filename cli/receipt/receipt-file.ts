// The receipts in a file: a bare JWS, an answer of the API, or what `privacy erase` wrote.
import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';

export interface ReceiptToCheck {
  /** JWS compact. */
  readonly jws: string;
  /** With both, the receipt must be about this person. */
  readonly personId?: string;
  /** Base64url. */
  readonly salt?: string;
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
  readonly resources?: readonly { readonly receipt?: unknown; readonly salt?: string }[];
}

function fromJson(text: string): ReceiptToCheck[] {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return [];
  }
  const { personId, resources } = json;
  if (Array.isArray(resources)) {
    return (resources as NonNullable<Json['resources']>).map(({ receipt, salt }) => ({
      jws: String(receipt),
      ...(typeof personId === 'string' && typeof salt === 'string' && { personId, salt }),
    }));
  }
  const found = json.value?.map(({ receipt }) => receipt) ?? [json.receipt ?? json.result?.receipt];
  return found.map((receipt) => ({ jws: String(receipt) }));
}
