// Mail on the wire, contract `email` 2025-09-01.
import { z } from 'zod';
import {
  domainOf,
  isBase64,
  isContentType,
  isHeaderName,
  isHeaderText,
  isMailAddress,
  isReservedHeader,
  type Mail,
  mailLimits,
} from '../../shared/email/index.js';
import { namedOrAbsent, orAbsent, orDefault } from '../wire/null-and-absent.js';
import { type LongRunningStyle, pascalCaseStates } from '../wire/long-running.js';
import { Text } from '../wire/written.js';

const { maxMailRecipients, maxSubjectCharacters, maxHeaderCharacters, maxHeaders } = mailLimits;

export const HeaderText = z.string().refine(isHeaderText, 'holds a line break or another control character');
const Address = z
  .string()
  .max(320)
  .refine(
    isMailAddress,
    'is no address that mail can be sent to; write a domain with letters beyond a-z in Punycode (xn--...)',
  );
const MailAddress = z.object({ address: Address, displayName: orAbsent(HeaderText.max(256)) });
const Addresses = orDefault(z.array(MailAddress).max(1_000), []);

/** Without a look at how many they are. */
export const Recipients = z.object({ to: Addresses, cc: Addresses, bcc: Addresses });

const SomeRecipients = Recipients.superRefine(({ to, cc, bcc }, context) => {
  const count = to.length + cc.length + bcc.length;
  if (count === 0) {
    context.addIssue({ code: 'custom', message: 'Name at least one recipient in to, cc or bcc.' });
  }
  if (count > maxMailRecipients) {
    context.addIssue({
      code: 'custom',
      message: `Name at most ${maxMailRecipients} recipients in to, cc and bcc together.`,
    });
  }
});

const Content = z
  .object({
    subject: HeaderText.max(maxSubjectCharacters),
    plainText: orAbsent(z.string()),
    html: orAbsent(z.string()),
  })
  .refine(({ plainText, html }) => plainText !== undefined || html !== undefined, 'Give plainText, html or both.');

const Attachment = z.object({
  name: HeaderText.min(1).max(255),
  contentType: z.string().max(255).refine(isContentType, 'is no media type such as image/png'),
  contentInBase64: z.string().refine(isBase64, 'is no base64'),
  contentId: orAbsent(z.string().regex(/^[^\s<>\p{Cc}]{1,255}$/u, 'is no content id')),
});

const Headers = namedOrAbsent(
  HeaderText.max(maxHeaderCharacters),
  z
    .string()
    .refine(isHeaderName, 'is no name of a header')
    .refine((name) => !isReservedHeader(name), 'is a header that the service writes itself'),
).refine((headers) => Object.keys(headers).length <= maxHeaders, `Give at most ${maxHeaders} headers.`);

export const EmailMessage = z
  .object({
    senderAddress: Address,
    content: Content,
    recipients: SomeRecipients,
    attachments: orDefault(z.array(Attachment).max(1_000), []),
    replyTo: orDefault(z.array(MailAddress).max(maxMailRecipients), []),
    headers: orDefault(Headers, {}),
    userEngagementTrackingDisabled: orDefault(z.boolean(), false),
  })
  .meta({ id: 'EmailMessage' });

const ErrorDetail = z.object({ code: Text, message: Text }).meta({ id: 'EmailErrorDetail' });

export const EmailSendResult = z
  .object({
    id: Text,
    status: z.enum(Object.values(pascalCaseStates)),
    error: ErrorDetail.nullable(),
  })
  .meta({ id: 'EmailSendResult' });

/** @param retryAfterSeconds asked for with every answer: it follows the rates in force */
export function emailOperationStyle(
  retryAfterSeconds: () => number,
): LongRunningStyle & { readonly states: typeof pascalCaseStates } {
  return { path: '/emails/operations', states: pascalCaseStates, addresses: 'absolute', retryAfterSeconds };
}

export function toMail(message: z.output<typeof EmailMessage>): Mail {
  const { recipients, content, headers, attachments, replyTo } = message;
  return {
    senderAddress: message.senderAddress,
    to: recipients.to,
    cc: recipients.cc,
    bcc: recipients.bcc,
    replyTo,
    subject: content.subject,
    plainText: content.plainText,
    html: content.html,
    attachments,
    headers: Object.entries(headers),
    isUntracked: message.userEngagementTrackingDisabled,
  };
}

/** By what sending is counted. */
export function sendingKeys() {
  const senderOf = (input: { readonly body: z.output<typeof EmailMessage> }) => input.body.senderAddress.toLowerCase();
  const isManaged = (domain: string) => domain.endsWith('.azurecomm.net');
  return {
    sender: (input: Parameters<typeof senderOf>[0]) => [senderOf(input)],
    domain: (input: Parameters<typeof senderOf>[0]) => [domainOf(senderOf(input))].filter((each) => !isManaged(each)),
    managedDomain: (input: Parameters<typeof senderOf>[0]) => [domainOf(senderOf(input))].filter(isManaged),
  };
}
