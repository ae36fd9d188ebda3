// Sending mail, and asking how that stands.
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import {
  emailFaults,
  emailRateLimits,
  findSendOperation,
  sendMail,
  sendMailKind,
  type SendParts,
} from '../../shared/email/index.js';
import type { MailReports } from './reports.js';
import { begun, begunHeaders, OperationIdHeader } from '../wire/long-running.js';
import { watchedOperations } from '../wire/watched-operations.js';
import { EmailMessage, emailOperationStyle, EmailSendResult, sendingKeys, toMail } from './wire.js';

const common = { service: 'email', auth: accessKey } as const;

export interface MailOperationOptions {
  readonly maxBodyBytes: number;
  /** After how many seconds a client is to look again. */
  retryAfterSeconds(): number;
  /** How long whoever asks is kept waiting for an end that is near, real ms. */
  readonly holdMs: number;
  /** Told of each mail that was accepted; must not wait for anything. */
  readonly onSent: MailReports['sent'];
}

export function mailOperations(
  parts: SendParts,
  { maxBodyBytes, retryAfterSeconds, holdMs, onSent }: MailOperationOptions,
): Operation[] {
  const style = emailOperationStyle(retryAfterSeconds);
  return [
    operation({
      ...common,
      name: 'email-send',
      contract: 'email.send',
      summary: 'Sends a mail.',
      route: 'POST emails:send',
      limit: emailRateLimits.sendMail,
      limitKeys: sendingKeys(),
      headers: OperationIdHeader,
      body: EmailMessage,
      maxBodyBytes,
      answers: { 202: EmailSendResult },
      answerHeaders: begunHeaders(style),
      answer: async ({ resource, headers, body, request }) => {
        const mail = toMail(body);
        const id = await sendMail(parts, resource, {
          mail,
          operationId: headers['operation-id'],
          origin: request.origin,
          clientRequestId: request.clientRequestId,
        });
        onSent(resource, mail, { id, size: request.bodyBytes, apiVersion: request.apiVersion });
        return begun(style, request, { id, body: { id, status: 'Running', error: null } });
      },
    }),
    ...watchedOperations({
      ...common,
      style,
      operations: {
        find: (resourceId, id) => findSendOperation(parts, resourceId, id, holdMs),
        cancel: async () => undefined,
      },
      kinds: [sendMailKind],
      notFound: emailFaults.operationNotFound,
      limit: emailRateLimits.getStatus,
      get: { name: 'email-get-send-result', contract: 'email.getSendResult' },
      returns: EmailSendResult,
      render: ({ id, status, error }) => ({ id, status: style.states[status], error: error ?? null }),
    }),
  ];
}
