// What an application may call a person.

/**
 * Whether a text may name a person: a key of the application's own, which must not be personal data itself, because it
 * stands in paths and so in logs of others. Without a letter it may be a number of some kind.
 */
export function isPersonId(text: string): boolean {
  return /^[A-Za-z0-9][\w.~-]{0,127}$/.test(text) && /[A-Za-z]/.test(text);
}
