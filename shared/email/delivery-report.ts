// What became of a mail at one recipient, as it is told outside.
import type { RowEvent } from '../events/index.js';
import { toIso } from '../time/instant.js';
import { emailDeliveryReport } from './event-types.js';
import type { ReportedOutcome } from './mail-outbox.js';
import type { RecipientState } from './mail-states.js';

/** undefined while a mail is on its way. */
export function deliveryReport(outcome: ReportedOutcome): RowEvent | undefined {
  const { mailId, internetMessageId, sender, address: recipient, state: status, reason, at, server } = outcome;
  if (status === 'OutForDelivery') {
    return undefined;
  }
  return {
    type: emailDeliveryReport,
    about: [outcome.resourceId, mailId, String(outcome.recipient), status],
    subject: `sender/${sender}/message/${mailId}`,
    time: at,
    data: {
      sender,
      recipient,
      internetMessageId,
      messageId: mailId,
      status,
      deliveryStatusDetails: {
        statusMessage: reason === undefined ? words[status] : `${words[status]} ${reason}`,
        recipientMailServerHostName: server,
      },
      deliveryAttemptTimestamp: toIso(at),
    },
    concerns: [recipient, sender].map((address) => ({ kind: 'email', address: address.toLowerCase() })),
  };
}

const words: Readonly<Record<Exclude<RecipientState, 'OutForDelivery'>, string>> = {
  Delivered: 'The mail was taken.',
  Suppressed: 'The recipient is suppressed, so the mail was not sent.',
  Bounced: 'The recipient takes no mail.',
  Quarantined: 'The mail was put into quarantine.',
  FilteredSpam: 'The mail was taken for spam.',
  Failed: 'The mail was not taken.',
};
