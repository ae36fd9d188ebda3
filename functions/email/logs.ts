// The tables of mail, as ACS has them, and what of each outcome is written down: figures, codes, states, and who the recipient
// is as the owner wants people to be called. Neither user names of senders nor links, nor with which program somebody reads.
import type { LogTable } from '../../shared/diagnostics/index.js';
import { domainOf, type Engagement, type Mail, type ReportedOutcome, smtpCode } from '../../shared/email/index.js';
import { geographyOf, type GeographySlug } from '../../shared/geography/index.js';
import type { LogColumnsGiven } from '../diagnostics/capability.js';

const common = {
  TimeGenerated: { type: 'datetime', holds: 'when it happened' },
  Category: { type: 'string', holds: 'the category of the table' },
  CorrelationId: { type: 'string', holds: 'id of the mail, which is that of its operation' },
  OperationName: { type: 'string', holds: 'what happened' },
  Location: { type: 'string', holds: 'the geography of the resource' },
} as const satisfies LogTable['columns'];

const recipient = { type: 'string', holds: 'address of the recipient', person: 'email' } as const;

export const sendMailLog: LogTable = {
  name: 'ACSEmailSendMailOperational',
  category: 'EmailSendMailOperational',
  summary: 'A mail was accepted.',
  columns: {
    ...common,
    OperationVersion: { type: 'string', holds: 'the `api-version` of the request' },
    Size: { type: 'real', holds: 'size of the request in MB' },
    ToRecipientsCount: { type: 'long', holds: 'how many are named in to' },
    CcRecipientsCount: { type: 'long', holds: 'how many are named in cc' },
    BccRecipientsCount: { type: 'long', holds: 'how many are named in bcc' },
    UniqueRecipientsCount: { type: 'long', holds: 'how many get it' },
    AttachmentsCount: { type: 'long', holds: 'how many attachments it has' },
  },
};

export const mailStatusLog: LogTable = {
  name: 'ACSEmailStatusUpdateOperational',
  category: 'EmailStatusUpdateOperational',
  summary: 'What became of a mail at one recipient is known for good.',
  columns: {
    ...common,
    RecipientId: recipient,
    DeliveryStatus: { type: 'string', holds: 'the state, as in reports' },
    SmtpStatusCode: { type: 'string', holds: 'what the other server said, `550`' },
    EnhancedSmtpStatusCode: { type: 'string', holds: 'what it said more exactly, `5.1.1`' },
    SenderDomain: { type: 'string', holds: 'domain of the sender' },
    IsHardBounce: { type: 'string', holds: '`true` when the address takes no mail at all' },
  },
};

export const mailEngagementLog: LogTable = {
  name: 'ACSEmailUserEngagementOperational',
  category: 'EmailUserEngagementOperational',
  summary: 'A recipient has opened a mail, or followed a link in it, where that is tracked.',
  columns: {
    ...common,
    RecipientId: recipient,
    EngagementType: { type: 'string', holds: '`view` or `click`' },
  },
};

export const mailLogs = [sendMailLog, mailStatusLog, mailEngagementLog].map((table) => ({ table }));

/** @param size of the request in bytes */
export function sendMailColumns(
  geography: GeographySlug,
  mail: Mail,
  { id, recipients, size, apiVersion }: SentFacts,
): LogColumnsGiven {
  return {
    ...commonColumns(geography, id, 'SendMail'),
    OperationVersion: apiVersion,
    Size: size === undefined ? undefined : size / 1_000_000,
    ToRecipientsCount: mail.to.length,
    CcRecipientsCount: mail.cc.length,
    BccRecipientsCount: mail.bcc.length,
    UniqueRecipientsCount: recipients,
    AttachmentsCount: mail.attachments.length,
  };
}

export interface SentFacts {
  readonly id: string;
  readonly recipients: number;
  readonly size: number | undefined;
  readonly apiVersion: string;
}

export function mailStatusColumns(geography: GeographySlug, outcome: ReportedOutcome): LogColumnsGiven {
  const code = smtpCode(undefined, outcome.reason);
  return {
    ...commonColumns(geography, outcome.mailId, 'DeliveryStatusUpdate'),
    RecipientId: outcome.address,
    DeliveryStatus: outcome.state,
    SmtpStatusCode: code && String(code.reply),
    EnhancedSmtpStatusCode: code?.enhanced,
    SenderDomain: domainOf(outcome.sender),
    IsHardBounce: String(outcome.state === 'Bounced'),
  };
}

export function mailEngagementColumns(geography: GeographySlug, engagement: Engagement): LogColumnsGiven {
  return {
    ...commonColumns(geography, engagement.mailId, 'UserEngagementUpdate'),
    RecipientId: engagement.address,
    EngagementType: engagement.kind,
  };
}

function commonColumns(geography: GeographySlug, mailId: string, operation: string): LogColumnsGiven {
  return { CorrelationId: mailId, OperationName: operation, Location: geographyOf(geography).dataLocation };
}
