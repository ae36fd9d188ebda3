// What becomes of mail in the emulator: it is delivered, unless what stands before the `@` of a recipient says something
// else. So each outcome can be had on demand, whatever the domain.

export const magicRecipients = {
  bounced: 'never delivered: the mailbox does not exist (550 5.1.1), so the address is suppressed',
  'soft-bounced': 'put off once (451 4.2.2), then delivered',
  failed: 'never delivered: the mail is refused (554 5.6.0)',
  'filtered-spam': 'taken for spam',
  quarantined: 'put into quarantine',
  suppressed: 'not sent, as if the address were suppressed',
  slow: 'delivered after five seconds',
  never: 'put off until the last hour, as if nobody answered',
} as const;

export type MagicRecipient = keyof typeof magicRecipients;

/** `bounced@example.com`, `bounced+anything@example.com`. */
export function magicOf(address: string): MagicRecipient | undefined {
  const [user = ''] = address.toLowerCase().split(/[@+]/);
  return Object.hasOwn(magicRecipients, user) ? (user as MagicRecipient) : undefined;
}
