// An answer of SMTP that is no success. The enhanced code (RFC 3463) stands in front of the text.

/** Thrown anywhere on the way of a mail; smtp-server answers with it. */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal';
  readonly responseCode: number;

  /** @param text says what is wrong and what to do; no personal data */
  constructor(responseCode: number, enhancedCode: string, text: string) {
    super(`${enhancedCode} ${text}`);
    this.responseCode = responseCode;
  }
}

/** The client is to come again. */
export function laterRefusal(text = 'This cannot be taken at the moment. Send it again a little later.'): SmtpRefusal {
  return new SmtpRefusal(451, '4.3.0', text);
}
