// Whether words that an owner has chosen are about a person: for certain when they hold the whole address or number, and
// perhaps when they only spell a part of it.
import type { PersonalIdentifier } from '../data-map/index.js';

export type Tags = Readonly<Record<string, string>>;

/** Whether the text holds the whole address or number; numbers also with blanks and the like between the digits. */
function holds(text: string, identifier: PersonalIdentifier): boolean {
  switch (identifier.kind) {
    case 'identity':
      return false;
    case 'phoneNumber':
      return holdsAlone(text.replaceAll(/[\s()/.-]/g, ''), identifier.e164, /[+\d]$/, /^\d/);
    case 'email':
      return holdsAlone(text.toLowerCase(), identifier.address.toLowerCase(), /[\w.+-]$/, /^\.?[\w-]/);
  }
}

/** The tags of which name or value hold the address or number, and the others. */
export function partTags(tags: Tags, identifier: PersonalIdentifier): { readonly about: Tags; readonly others: Tags } {
  const entries = Object.entries(tags);
  const isAbout = ([name, value]: [string, string]) => holds(name, identifier) || holds(value, identifier);
  return {
    about: Object.fromEntries(entries.filter(isAbout)),
    others: Object.fromEntries(entries.filter((entry) => !isAbout(entry))),
  };
}

/** Whether the text holds the number, or the part of the address before the `@`, as a name can spell them. */
export function isNamedAfter(text: string, identifier: PersonalIdentifier): boolean {
  const name = text.toLowerCase();
  switch (identifier.kind) {
    case 'identity':
      return false;
    case 'phoneNumber':
      return name.includes(identifier.e164.slice(1));
    case 'email': {
      const address = identifier.address.toLowerCase();
      const [local = ''] = address.split('@');
      const spelt = local.replaceAll(/[^a-z0-9]+/g, '-');
      return name.includes(address) || (spelt.length >= 3 && name.includes(spelt));
    }
  }
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
