// The table of texts, as ACS has it, and what of each is written down: figures, codes, and whose number it is as the owner
// wants people to be called. Nothing of what a text says.
import { type LogTable, requestColumns } from '../../shared/diagnostics/index.js';
import type { GeographySlug } from '../../shared/geography/index.js';
import {
  isNumber,
  loggedIdOf,
  outgoingId,
  type ReceivedFacts,
  type ReportedText,
  type TextRequest,
  type TextResult,
} from '../../shared/sms/index.js';
import type { LogColumnsGiven } from '../diagnostics/capability.js';
import { numberTypeOf } from './wire.js';

const { TimeGenerated, Category, CorrelationId, OperationName, OperationVersion, ResultType } = requestColumns;

export const textLog: LogTable = {
  name: 'ACSSMSIncomingOperations',
  category: 'SMSOperational',
  summary: 'A text was accepted, is reported on, or has come in.',
  columns: {
    TimeGenerated,
    Category,
    CorrelationId: { ...CorrelationId, holds: 'as `MessageId`' },
    OperationName: {
      ...OperationName,
      holds: '`SMSMessagesSent`, `SMSDeliveryReportsReceived` or `SMSMessagesReceived`',
    },
    OperationVersion,
    ResultType,
    ResultSignature: { type: 'string', holds: 'status of the answer for this recipient, or code of the report' },
    Method: { type: 'string', holds: '`POST`' },
    NumberType: { type: 'string', holds: 'what it was sent from' },
    PhoneNumber: { type: 'string', holds: 'number of the recipient, or of who has sent it', person: 'phoneNumber' },
    OutgoingMessageLength: { type: 'long', holds: 'characters of what was sent' },
    IncomingMessageLength: { type: 'long', holds: 'characters of what has come in' },
    DeliveryAttempts: { type: 'long', holds: 'how often it was handed over, as reports count' },
    MessageId: {
      type: 'string',
      holds: 'id of a text that has come in; of one that was sent the SHA-256 of its id, in hexadecimal',
    },
  },
};

export function sentColumns(
  { from, text }: TextRequest,
  { to, messageId, status }: TextResult,
  apiVersion: string,
): LogColumnsGiven {
  return {
    ...commonColumns('SMSMessagesSent', messageId && loggedIdOf(messageId)),
    OperationVersion: apiVersion,
    ResultType: status === 202 ? 'Succeeded' : 'Failed',
    ResultSignature: String(status),
    Method: 'POST',
    NumberType: numberTypeOf(from),
    PhoneNumber: isNumber(to) ? to : undefined,
    OutgoingMessageLength: text.length,
  };
}

export function reportColumns(geography: GeographySlug, report: ReportedText): LogColumnsGiven {
  const { guid, createdOn, from, to, status, code } = report;
  return {
    ...commonColumns('SMSDeliveryReportsReceived', loggedIdOf(outgoingId(geography, createdOn, guid))),
    ResultType: status === 'Delivered' ? 'Succeeded' : 'Failed',
    ResultSignature: String(code),
    NumberType: numberTypeOf(from),
    PhoneNumber: to,
    DeliveryAttempts: 1,
  };
}

export function receivedColumns({ messageId, from, characters }: ReceivedFacts): LogColumnsGiven {
  return {
    ...commonColumns('SMSMessagesReceived', messageId),
    ResultType: 'Succeeded',
    PhoneNumber: isNumber(from) ? from : undefined,
    IncomingMessageLength: characters,
  };
}

function commonColumns(operation: string, loggedId: string | undefined): LogColumnsGiven {
  return { CorrelationId: loggedId, MessageId: loggedId, OperationName: operation };
}
