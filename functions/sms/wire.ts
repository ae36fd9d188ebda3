// Texts on the wire, contract `sms` 2021-03-07 to 2026-01-23. What is wrong is said field by field, as ASP.NET does.
import { z } from 'zod';
import {
  detailsOf,
  type FoundReport,
  isNumber,
  isSender,
  isTollFree,
  smsLimits,
  type TextRequest,
  type TextResult,
} from '../../shared/sms/index.js';
import { toIso } from '../../shared/time/instant.js';
import { orAbsent, orDefault } from '../wire/null-and-absent.js';
import { Count, Text } from '../wire/written.js';

const { maxTextRecipients, maxTextCharacters, maxTagCharacters, reportTimeoutSeconds, maxOptOuts } = smsLimits;

const tooLong = (field: string, most: number) =>
  `The field ${field} must be a string or array type with a maximum length of '${most}'.`;
const required = (field: string) => `The ${field} field is required.`;

const Sender = z.string(required('From')).refine(isSender, 'Invalid From phone number format');

const Recipient = z.object({
  to: z.string(required('To')).max(256, tooLong('To', 256)),
  repeatabilityRequestId: orAbsent(z.string()),
  repeatabilityFirstSent: orAbsent(z.string()),
});

/** Its key is never looked at: nobody here hands texts to partners. */
const NoPartner = z
  .unknown()
  .refine(
    (value) => value === undefined || value === null,
    'Messaging Connect is not there: texts leave through the carrier of this deployment.',
  );

const Options = z.object({
  enableDeliveryReport: orDefault(z.boolean(), false),
  tag: orAbsent(z.string().max(maxTagCharacters, tooLong('Tag', maxTagCharacters))),
  deliveryReportTimeoutInSeconds: orAbsent(
    z
      .int()
      .min(reportTimeoutSeconds.min, 'The field DeliveryReportTimeoutInSeconds must be between 60 and 43200.')
      .max(reportTimeoutSeconds.max, 'The field DeliveryReportTimeoutInSeconds must be between 60 and 43200.'),
  ),
  messagingConnect: NoPartner.optional(),
});

export const SendMessageRequest = z
  .object({
    from: Sender,
    smsRecipients: z
      .array(Recipient)
      .min(1, required('SmsRecipients'))
      .max(maxTextRecipients, tooLong('SmsRecipients', maxTextRecipients)),
    message: z
      .string(required('Message'))
      .min(1, required('Message'))
      .max(maxTextCharacters, tooLong('Message', maxTextCharacters)),
    smsSendOptions: orAbsent(Options),
  })
  .meta({ id: 'SendMessageRequest' });

const SendResponseItem = z
  .object({
    to: Text,
    messageId: Text.optional(),
    httpStatusCode: z.int(),
    repeatabilityResult: z.enum(['accepted', 'rejected']).optional(),
    successful: z.boolean(),
    errorMessage: Text.optional(),
  })
  .meta({ id: 'SmsSendResponseItem' });
export const SendResponse = z.object({ value: z.array(SendResponseItem) }).meta({ id: 'SmsSendResponse' });

export const OptOutRequest = z
  .object({
    from: Sender,
    recipients: z
      .array(z.object({ to: z.string(required('To')).max(256, tooLong('To', 256)) }))
      .min(1, required('Recipients'))
      .max(maxOptOuts, tooLong('Recipients', maxOptOuts)),
  })
  .meta({ id: 'OptOutRequest' });

const OptOutItem = z
  .object({ to: Text, httpStatusCode: z.int(), isOptedOut: z.boolean().optional(), errorMessage: Text.optional() })
  .meta({ id: 'OptOutResponseItem' });
export const OptOutResponse = z.object({ value: z.array(OptOutItem) }).meta({ id: 'OptOutResponse' });

const Attempt = z.object({ timestamp: Text, segmentsSucceeded: Count, segmentsFailed: Count });
export const DeliveryReport = z
  .object({
    messageId: Text,
    from: Text,
    to: Text,
    deliveryStatus: z.enum(['Delivered', 'Failed', 'Unknown']),
    deliveryStatusDetails: Text,
    deliveryAttempts: z.array(Attempt),
    receivedTimestamp: Text,
    tag: Text.optional(),
  })
  .meta({ id: 'SmsDeliveryReport' });

type SendMessage = z.output<typeof SendMessageRequest>;

export function toRequest({ from, smsRecipients, message, smsSendOptions }: SendMessage): TextRequest {
  return {
    from,
    recipients: smsRecipients.map(({ to, repeatabilityRequestId, repeatabilityFirstSent }) => ({
      to,
      requestId: repeatabilityRequestId,
      firstSent: repeatabilityFirstSent,
    })),
    text: message,
    reportWanted: smsSendOptions?.enableDeliveryReport ?? false,
    tag: smsSendOptions?.tag,
    timeoutSeconds: smsSendOptions?.deliveryReportTimeoutInSeconds,
  };
}

export function renderResult({ to, messageId, status, repeatability, error }: TextResult) {
  return {
    to,
    ...(messageId !== undefined && { messageId }),
    httpStatusCode: status,
    ...(repeatability !== undefined && { repeatabilityResult: repeatability }),
    successful: status === 202,
    ...(error !== undefined && { errorMessage: error }),
  };
}

export function renderReport(report: FoundReport) {
  const { messageId, from, to, status, code, at, segmentsSucceeded, segmentsFailed, tag } = report;
  const timestamp = toIso(at);
  return {
    messageId,
    from,
    to,
    deliveryStatus: status,
    deliveryStatusDetails: detailsOf(code),
    deliveryAttempts: [{ timestamp, segmentsSucceeded, segmentsFailed }],
    receivedTimestamp: timestamp,
    ...(tag !== undefined && { tag }),
  };
}

/** By what sending is counted: a text a recipient. */
export const sendingKeys = {
  number: ({ body: { from, smsRecipients } }: { readonly body: SendMessage }) =>
    isNumber(from) ? [{ key: from, counts: smsRecipients.length }] : [],
  /** All names of a resource together. */
  alphanumeric: ({ body: { from, smsRecipients } }: { readonly body: SendMessage }) =>
    isNumber(from) ? [] : [{ key: 'names', counts: smsRecipients.length }],
};

/** For logs. */
export function numberTypeOf(from: string): string {
  return isNumber(from) ? (isTollFree(from) ? 'TollFree' : 'LongCode') : 'AlphaNumeric';
}
