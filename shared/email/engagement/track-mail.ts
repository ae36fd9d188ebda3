// A mail as one recipient gets it whose opening and following of links is to be seen.
import type { Mail } from '../mail.js';
import type { SentMail } from '../sent-mail-rows.js';
import { type EngagementTokens, sealAddress } from './engagement-tokens.js';
import { trackHtml } from './track-html.js';

export interface TrackedCopy {
  readonly resourceId: string;
  readonly record: SentMail;
  readonly recipient: number;
  readonly address: string;
  /** Scheme, host and port at which the resource is asked. */
  readonly origin: string;
}

/** Where links of mails lead to, and the picture in them: paths of our own routes. */
export const linkPath = 'emails/links';
export const picturePath = 'emails/pictures';

/** @returns undefined when it has more links than are led over us */
export async function trackMail(
  tokens: EngagementTokens,
  mail: Mail & { readonly html: string },
  { resourceId, record, recipient, address, origin }: TrackedCopy,
): Promise<Mail | undefined> {
  const { id: mailId, mailKey, who } = record;
  const sealed = sealAddress({ mailKey, recipient, recipientHash: who[recipient] ?? '' }, address);
  const seal = (target: string) => tokens.seal(resourceId, { mailId, recipient, address: sealed, target });
  const html = await trackHtml(mail.html, {
    link: (target) => `${origin}/${linkPath}/${seal(target)}`,
    picture: `${origin}/${picturePath}/${seal('')}`,
  });
  return html === undefined ? undefined : { ...mail, html };
}
