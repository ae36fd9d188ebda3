// The events of mail, as the contract has them. https://learn.microsoft.com/azure/event-grid/communication-services-email-events
import { z } from 'zod';
import { type EventType, eventType } from '../events/index.js';

const text = z.string();

/** Who gets it, and where it stands, is what the event is for; nothing in it was written by anybody. */
export const emailDeliveryReport = eventType({
  name: 'EmailDeliveryReportReceived',
  level: 'message',
  summary: 'What became of a mail is known for good, for each recipient; once more when a delivered one comes back.',
  data: z.strictObject({
    sender: text,
    recipient: text,
    internetMessageId: text,
    messageId: text,
    status: z.enum(['Bounced', 'Delivered', 'Failed', 'FilteredSpam', 'Quarantined', 'Suppressed']),
    deliveryStatusDetails: z.strictObject({ statusMessage: text, recipientMailServerHostName: text }),
    deliveryAttemptTimestamp: text,
  }),
  withoutContent: (data) => data,
});

/** A link is content: without it the event says that one was followed. */
export const emailEngagementReport = eventType({
  name: 'EmailEngagementTrackingReportReceived',
  level: 'message',
  summary: 'A recipient has opened a mail, or followed a link in it, where domain and mail let that be seen.',
  data: z.strictObject({
    sender: text,
    recipient: text,
    messageId: text,
    userActionTimestamp: text,
    engagementContext: text,
    userAgent: text,
    engagementType: z.enum(['view', 'click']),
  }),
  withoutContent: (data) => ({ ...data, engagementContext: '', userAgent: '' }),
});

export const emailEventTypes: readonly EventType[] = [emailDeliveryReport, emailEngagementReport];
