// How identifiers of a person are written: `8:acs:...` for a communication user, `4:+...` for a phone number (E.164),
// anything else with an `@` as an email address.
import type { PersonalIdentifier } from './data-store.js';

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const communicationUser = new RegExp(`^8:acs:${guid}_${guid}$`);

/** undefined when the text is none of the three. */
export function parseIdentifier(text: string): PersonalIdentifier | undefined {
  if (communicationUser.test(text)) {
    return { kind: 'identity', rawId: text };
  }
  const [, e164] = /^4:(\+[1-9]\d{1,14})$/.exec(text) ?? [];
  if (e164 !== undefined) {
    return { kind: 'phoneNumber', e164 };
  }
  // Addresses are compared without regard to case: almost no provider tells them apart by it.
  if (/^[^\s@<>"]{1,64}@[^\s@<>"]{1,253}$/.test(text)) {
    return { kind: 'email', address: text.toLowerCase() };
  }
  return undefined;
}

export function formatIdentifier(identifier: PersonalIdentifier): string {
  switch (identifier.kind) {
    case 'identity':
      return identifier.rawId;
    case 'phoneNumber':
      return `4:${identifier.e164}`;
    case 'email':
      return identifier.address;
  }
}
