// How identifiers of a person are written. Whether they are right in every letter is for the resource to say.

/** A communication user: it belongs to the resource that issued it. */
export function isIdentity(text: string): boolean {
  return text.startsWith('8:acs:');
}

/** An identity, a phone number (`4:+...`) or an email address. */
export function isIdentifier(text: string): boolean {
  return isIdentity(text) || /^4:\+\d+$/.test(text) || /^[^\s@<>"]+@[^\s@<>"]+$/.test(text);
}
