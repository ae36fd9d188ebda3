// Numbers in the forms in which carriers write them, brought into the one in which everything here is found: E.164.

/** What people put between digits, and what nobody sees. */
const between = /[\s().\-/\p{Cf}]/gu;

/**
 * Nothing says which country a number without a plus sign is of, so one that is long enough is read as an international one.
 *
 * @returns what is no number, such as a short code or a name, as it was
 * @example numberAsE164('tel:+1-425-555-0100') === '+14255550100'; numberAsE164('004915112345678') === '+4915112345678'
 */
export function numberAsE164(written: string): string {
  const [number = ''] = written
    .normalize('NFKC')
    .replace(/^\s*tel:/i, '')
    .split(';');
  const [, digits] = /^(?:\+|00)?([1-9]\d{7,14})$/.exec(number.replace(between, '')) ?? [];
  return digits === undefined ? written : `+${digits}`;
}
