// What a mail may be made of, so that what is sent says what the caller has said and nothing else: no line of a header is
// ended by a caller, and no header is given that the service writes.

/** RFC 5322 dot-atom in ASCII, at a domain in ASCII; a domain of other letters is written in Punycode. */
const addressForm =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i;

export function isMailAddress(text: string): boolean {
  return addressForm.test(text);
}

/** Text that stands in a header: without control characters, and with no half of a pair. */
export function isHeaderText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);
}

/** RFC 5322, 2.2. */
export function isHeaderName(name: string): boolean {
  return /^[!-9;-~]{1,76}$/.test(name);
}

/** What the service writes itself, what would change who gets it, and what servers write on the way. */
const reserved = new Set([
  'from',
  'sender',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'return-path',
  'received',
  'delivered-to',
  'dkim-signature',
  'authentication-results',
  'disposition-notification-to',
  'return-receipt-to',
  // Where programs and servers write down who gets it, those included whom nobody is to see.
  'x-bcc',
  'apparently-to',
  'x-apparently-to',
  'envelope-to',
  'x-envelope-to',
  'x-original-to',
  'x-rcpt-to',
]);

export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return reserved.has(lower) || /^(content|resent|arc)-/.test(lower);
}

/** RFC 2045: `image/png`, with parameters or without. */
export function isContentType(text: string): boolean {
  return /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(\s*;\s*[\w!#$&^.+-]+=("[^"\\\p{Cc}]*"|[\w!#$&^.+:/-]+))*\s*$/u.test(
    text,
  );
}

/** With padding, in one piece. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
