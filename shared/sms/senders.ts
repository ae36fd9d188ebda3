// Whom a text can be from and to, by its form.

/** E.164: a plus sign, and at most fifteen digits. */
export function isNumber(text: string): boolean {
  return /^\+[1-9]\d{5,14}$/.test(text);
}

/** An alphanumeric sender: at most eleven letters, digits and spaces, a letter at least. ACS "Sender types". */
export function isAlphanumeric(text: string): boolean {
  return /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ]{0,10}$/.test(text);
}

export function isSender(text: string): boolean {
  return isNumber(text) || isAlphanumeric(text);
}

/** North American numbers whose calls the owner pays for. */
export function isTollFree(number: string): boolean {
  return /^\+18(00|33|44|55|66|77|88)\d{7}$/.test(number);
}
