// The events of texts, as the contract has them. https://learn.microsoft.com/azure/event-grid/communication-services-telephony-sms-events
import { z } from 'zod';
import { type EventType, eventType } from '../events/index.js';

const text = z.string();

/** Who gets it, and how it stands, is what the event is for; a tag is a word of the owner's. */
export const smsDeliveryReport = eventType({
  name: 'SMSDeliveryReportReceived',
  level: 'message',
  summary: 'What became of a text is known, where its sender has asked for a report; once more when an unknown one is.',
  data: z.strictObject({
    messageId: text,
    from: text,
    to: text,
    deliveryStatus: z.enum(['Delivered', 'Failed', 'Unknown']),
    deliveryStatusDetails: text,
    deliveryAttempts: z.array(z.strictObject({ timestamp: text, segmentsSucceeded: z.int(), segmentsFailed: z.int() })),
    receivedTimestamp: text,
    tag: text.optional(),
  }),
  withoutContent: (data) => data,
  withoutPerson: (data) => ({ ...data, to: '', tag: undefined }),
});

export const smsReceived = eventType({
  name: 'SMSReceived',
  level: 'message',
  summary: 'A text has come in at a number of the resource.',
  data: z.strictObject({
    messageId: text,
    from: text,
    to: text,
    message: text,
    receivedTimestamp: text,
    segmentCount: z.int(),
  }),
  withoutContent: (data) => ({ ...data, message: '' }),
  withoutPerson: (data) => ({ ...data, message: '', from: '' }),
});

export const smsEventTypes: readonly EventType[] = [smsDeliveryReport, smsReceived];
