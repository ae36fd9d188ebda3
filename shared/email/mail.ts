// A mail in our own words.

export interface MailAddress {
  readonly address: string;
  readonly displayName?: string | undefined;
}

export interface MailAttachment {
  readonly name: string;
  readonly contentType: string;
  readonly contentInBase64: string;
  /** Makes it an image of the html, or another part of it. */
  readonly contentId?: string | undefined;
}

export interface Mail {
  readonly senderAddress: string;
  /** In place of the display name that the owner has given the sender; by SMTP alone. */
  readonly senderName?: string | undefined;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  /** Who stands in the message beside them and gets nothing of it: of mail by SMTP the envelope alone says who gets it. */
  readonly shown?: { readonly to: readonly MailAddress[]; readonly cc: readonly MailAddress[] } | undefined;
  readonly replyTo: readonly MailAddress[];
  readonly subject: string;
  readonly plainText?: string | undefined;
  readonly html?: string | undefined;
  readonly attachments: readonly MailAttachment[];
  /** What the caller adds, as it was written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The caller does not want to know whether it is opened. */
  readonly isUntracked: boolean;
}

/** Everybody who gets it, each once: an address that is named twice gets one. */
export function recipientsOf({ to, cc, bcc }: Pick<Mail, 'to' | 'cc' | 'bcc'>): readonly string[] {
  const byAddress = new Map([...to, ...cc, ...bcc].map(({ address }) => [address.toLowerCase(), address]));
  return [...byAddress.values()];
}

/** What stands behind the `@`, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

export function userOf(address: string): string {
  return address.slice(0, address.lastIndexOf('@'));
}
