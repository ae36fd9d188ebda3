// How identifiers of a person are written, as every resource reads them. Of identities only the resource that has issued one
// can say whether it is right in every letter.
import { formatIdentifier, parseIdentifier } from '../../shared/data-map/identifier.js';

/** A communication user: it belongs to the resource that issued it. */
export function isIdentity(text: string): boolean {
  return text.startsWith('8:acs:');
}

/**
 * The form in which resources compare and hash an identifier; undefined when they would take it for none.
 *
 * @param text an identity, a phone number (`4:+...` or `+...`), an email address or a name (`name:...`)
 */
export function identifierForm(text: string): string | undefined {
  const identifier = parseIdentifier(text);
  return identifier === undefined ? (isIdentity(text) ? text : undefined) : formatIdentifier(identifier);
}
