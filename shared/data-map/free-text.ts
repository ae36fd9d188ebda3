// Whether words that somebody has chosen are about a person: for certain when they hold the whole address, number, id or
// name, with nothing beside it that would make a longer one of it; and perhaps when they only spell it, or a part.
import type { PersonalIdentifier } from './data-store.js';

/** Between the digits of a number, as people write them. */
const separators = String.raw`[\s()/.\u00a0-]*`;
/** E.164. */
const maxDigits = 15;

/** Case is compared as it is of addresses. */
export function holdsWhole(text: string, identifier: PersonalIdentifier): boolean {
  switch (identifier.kind) {
    case 'identity':
      return holdsAlone(text.toLowerCase(), identifier.rawId.toLowerCase(), /\w$/, /^[\w-]/);
    case 'phoneNumber':
      return holdsNumber(text, identifier.e164);
    case 'email':
      return holdsAlone(
        text.toLowerCase(),
        identifier.address.toLowerCase(),
        /[\p{L}\p{N}_][.+'-]*$/u,
        /^([.-]*[\p{L}\p{N}_]|@)/u,
      );
    case 'name':
      return holdsAlone(
        text.replaceAll(/\s+/gu, ' ').normalize('NFC').toLowerCase(),
        identifier.name,
        /[\p{L}\p{N}]['’-]?$/u,
        /^-?[\p{L}\p{N}]/u,
      );
  }
}

/** Whether the text holds the digits of the number, or what stands before the `@`, as a name or a key can spell it. */
export function holdsPerhaps(text: string, identifier: PersonalIdentifier): boolean {
  const lower = text.toLowerCase();
  switch (identifier.kind) {
    case 'identity':
      return false;
    case 'phoneNumber':
      return lower.replaceAll(/\D/g, '').includes(identifier.e164.slice(1));
    case 'email': {
      const address = identifier.address.toLowerCase();
      const [local = ''] = address.split('@');
      const spelt = hyphenated(local);
      return lower.includes(address) || (spelt.length >= 3 && hyphenated(lower).includes(spelt));
    }
    case 'name':
      return hyphenated(lower).includes(hyphenated(identifier.name));
  }
}

function hyphenated(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
}

/** Also with blanks and the like between the digits, and with 00 in place of the plus sign. */
function holdsNumber(text: string, e164: string): boolean {
  const digits = e164.slice(1).split('').join(separators);
  for (const match of text.matchAll(new RegExp(String.raw`(?:\+|(?<!\d)00)${separators}${digits}`, 'gu'))) {
    const after = text.slice(match.index + match[0].length);
    const [more = ''] = new RegExp(String.raw`^(?:${separators}\d)*`, 'u').exec(after) ?? [];
    const moreDigits = more.replaceAll(/\D/gu, '').length;
    // What goes on behind it makes a longer number of it, unless there is none so long.
    if (moreDigits === 0 || (!/^\d/.test(more) && e164.length - 1 + moreDigits > maxDigits)) {
      return true;
    }
  }
  return false;
}

/** Whether the part stands somewhere in the text with nothing beside it that would make another one of it. */
function holdsAlone(text: string, part: string, before: RegExp, after: RegExp): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (!before.test(text.slice(0, at)) && !after.test(text.slice(at + part.length))) {
      return true;
    }
  }
  return false;
}
