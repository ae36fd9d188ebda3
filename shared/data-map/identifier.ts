// How identifiers of a person are written: `8:acs:...` for a communication user, `4:+...` for a phone number (E.164),
// `name:...` for a name of two words or more, anything else with an `@` as an email address. Every API that keeps an
// address or a number reads it with the parsers here: so whatever is kept can be identified.
import type { PersonalIdentifier } from './data-store.js';

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const communicationUser = new RegExp(`^8:acs:${guid}_${guid}$`);

/** Longer than any address that a domain can have; what an older version let in is found too. */
export const maxIdentifierLength = 512;

/**
 * An address in the form in which it is compared: without regard to case, because almost no provider tells addresses apart
 * by it. Quoted blanks before the `@` are not taken.
 *
 * @returns undefined when the text is no address
 */
export function parseAddress(text: string): string | undefined {
  return text.length <= maxIdentifierLength && /^[^\s@]+@[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
}

/** E.164 with its plus sign; undefined when the text is no such number. */
export function parsePhoneNumber(text: string): string | undefined {
  return /^\+[1-9]\d{1,14}$/.test(text) ? text : undefined;
}

/** undefined when the text is none of the four. */
export function parseIdentifier(text: string): PersonalIdentifier | undefined {
  if (communicationUser.test(text)) {
    return { kind: 'identity', rawId: text };
  }
  const e164 = parsePhoneNumber(text.replace(/^4:/, ''));
  if (e164 !== undefined) {
    return { kind: 'phoneNumber', e164 };
  }
  const [, words] = /^name:(.*)$/su.exec(text) ?? [];
  const name = words?.trim().replaceAll(/\s+/gu, ' ').normalize('NFC').toLowerCase();
  if (name !== undefined && text.length <= maxIdentifierLength && /^\S*\p{L}\S*( \S*\p{L}\S*)+$/u.test(name)) {
    return { kind: 'name', name };
  }
  const address = parseAddress(text);
  return address === undefined ? undefined : { kind: 'email', address };
}

export function formatIdentifier(identifier: PersonalIdentifier): string {
  switch (identifier.kind) {
    case 'identity':
      return identifier.rawId;
    case 'phoneNumber':
      return `4:${identifier.e164}`;
    case 'email':
      return identifier.address;
    case 'name':
      return `name:${identifier.name}`;
  }
}
