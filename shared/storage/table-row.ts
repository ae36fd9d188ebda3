// A row on its way into a table: the limits that Azure sets and Azurite does not all enforce, checked once, here.
// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
import type { TableEntity } from '@azure/data-tables';
import { escapeSeparators } from './escape-text.js';
import { StorageRefused, StorageTooLarge } from './storage-error.js';

export type RowValue = string | number | boolean | Uint8Array | undefined;

export interface RowKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A row to write. A property that is undefined is left out; numbers come back as numbers, bytes as bytes. */
export type Row = RowKeys & { readonly [property: string]: RowValue };

/** Azurite allows 512 characters; Azure allows 1 KiB. */
const maxKeyCharacters = 512;
/** Azure: 255, of which the two keys and the time stamp take three. */
const maxRowProperties = 252;
/** Azure: 64 KiB of UTF-16. */
const maxStringCharacters = 32_768;
const maxBinaryBytes = 65_536;
const maxRowBytes = 1_048_576;

/**
 * Checks a row and gives it the shape that the SDK stores.
 *
 * @throws {StorageTooLarge} when a limit of size is exceeded
 * @throws {StorageRefused} when a key or number cannot be stored; messages name properties, never values
 */
export function toEntity(row: Row): TableEntity<Record<string, unknown>> {
  checkKey('partitionKey', row.partitionKey);
  checkKey('rowKey', row.rowKey);
  const entity: TableEntity<Record<string, unknown>> = { partitionKey: row.partitionKey, rowKey: row.rowKey };
  let properties = 0;
  // How Azure counts: 4 bytes, both keys, and for each property 8 bytes, its name and its value; text as UTF-16.
  let bytes = 4 + 2 * (row.partitionKey.length + row.rowKey.length);
  for (const name in row) {
    const value = row[name];
    if (value === undefined || name === 'partitionKey' || name === 'rowKey') {
      continue;
    }
    properties += 1;
    bytes += 8 + 2 * name.length + valueBytes(name, value);
    entity[name] = typeof value === 'number' ? toNumber(name, value) : value;
  }
  if (properties > maxRowProperties) {
    throw new StorageTooLarge(`A row has ${properties} properties; ${maxRowProperties} are allowed.`, {
      code: 'TooManyProperties',
    });
  }
  if (bytes > maxRowBytes) {
    throw new StorageTooLarge(`A row has ${bytes} bytes; ${maxRowBytes} are allowed.`, { code: 'EntityTooLarge' });
  }
  return entity;
}

/**
 * Whether a text can be the key of a row. Asked about texts of callers before they are looked up: under any other nothing
 * is kept, which is an answer; {@link checkKey} calls it a failure of ours.
 */
export function isKey(text: string): boolean {
  // ASCII only: the SDK's continuation tokens lose other characters. `%` breaks the path of some clients.
  return text.length > 0 && text.length <= maxKeyCharacters && /^[ -~]*$/.test(text) && !/[/\\#?%]/.test(text);
}

/** @throws {StorageRefused} when `key` is empty or holds what a key must not hold */
export function checkKey(name: 'partitionKey' | 'rowKey', key: string): void {
  if (!isKey(key)) {
    throw new StorageRefused(
      `A ${name} must have 1-${maxKeyCharacters} printable ASCII characters and none of / \\ # ? %; encode it.`,
      { code: 'InvalidKey' },
    );
  }
}

/**
 * The bytes that this row takes in the body of a transaction, rounded up: encoded row, address, headers, boundary.
 * For an action that writes the row; one that removes it takes less.
 */
export function encodedBytes(row: Row): number {
  const { partitionKey, rowKey, ...properties } = row;
  let typeAnnotations = 0;
  const plain: Record<string, unknown> = { PartitionKey: partitionKey, RowKey: rowKey };
  for (const name in properties) {
    const value = properties[name];
    plain[name] = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
    if (typeof value !== 'string' && typeof value !== 'boolean') {
      typeAnnotations += name.length + '@odata.type":"Edm.Binary",""'.length;
    }
  }
  const address = encodeURIComponent(partitionKey).length + encodeURIComponent(rowKey).length;
  return Buffer.byteLength(escapeSeparators(JSON.stringify(plain))) + typeAnnotations + address + actionOverheadBytes;
}

/** Boundary, request line without keys, and headers of one action, with a long account name; measured: about 500. */
const actionOverheadBytes = 768;

function valueBytes(name: string, value: Exclude<RowValue, undefined>): number {
  switch (typeof value) {
    case 'string':
      if (value.length > maxStringCharacters) {
        throw tooLong(name, `${maxStringCharacters} characters`);
      }
      return 4 + 2 * value.length;
    case 'number':
      return 8;
    case 'boolean':
      return 1;
    default:
      if (value.byteLength > maxBinaryBytes) {
        throw tooLong(name, `${maxBinaryBytes} bytes`);
      }
      return 4 + value.byteLength;
  }
}

function tooLong(name: string, limit: string): StorageTooLarge {
  return new StorageTooLarge(`Property ${name} of a row is longer than ${limit}.`, { code: 'PropertyValueTooLarge' });
}

/** An unmarked JSON number is an Int32 to Azure; whatever does not fit one is marked as Double. */
function toNumber(name: string, value: number): unknown {
  if (!Number.isFinite(value)) {
    throw new StorageRefused(`Property ${name} of a row is not a finite number.`, { code: 'InvalidNumber' });
  }
  return value === (value | 0) ? value : { type: 'Double', value };
}
