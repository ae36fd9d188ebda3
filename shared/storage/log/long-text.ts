// Text longer than one property may hold, spread over several: `name`, `name1`, `name2`, ...
// A property holds 64 KiB of UTF-16, that is 32,768 units (Table service data model).
import { StorageTooLarge } from '../storage-error.js';

type Columns = Record<string, unknown>;

const maxUnits = 30_000;
/** 16 x 30,000 units stay below the 1 MiB that an entity may have. */
const maxLongTextParts = 16;

/** @throws {StorageTooLarge} when the text needs more than 16 parts */
export function writeLongText(columns: Columns, name: string, text: string): void {
  let start = 0;
  for (let part = 0; start < text.length || part === 0; part++) {
    if (part === maxLongTextParts) {
      throw new StorageTooLarge(`"${name}" is too long to be stored.`, { code: 'EntityTooLarge' });
    }
    let end = Math.min(start + maxUnits, text.length);
    // Half a surrogate pair does not survive UTF-8.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) {
      end -= 1;
    }
    columns[partName(name, part)] = text.slice(start, end);
    start = end;
  }
}

/** undefined when the first part is absent. */
export function readLongText(columns: Columns, name: string): string | undefined {
  let text = columns[name];
  if (typeof text !== 'string') {
    return undefined;
  }
  for (let part = 1; part < maxLongTextParts; part++) {
    const more = columns[partName(name, part)];
    if (typeof more !== 'string') {
      break;
    }
    text += more;
  }
  return text as string;
}

/** The column names to select when a long text is wanted. */
export function longTextColumns(name: string): string[] {
  return Array.from({ length: maxLongTextParts }, (_, part) => partName(name, part));
}

function partName(name: string, part: number): string {
  return part === 0 ? name : `${name}${part}`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
