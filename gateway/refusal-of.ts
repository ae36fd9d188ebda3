// What SMTP says to what the app has answered: 4xx where the client is to come again, 5xx where that would not help.
import type { AppAnswer } from './app-client.js';
import { laterRefusal, SmtpRefusal } from './smtp-refusal.js';

interface ErrorBody {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly { readonly target?: string; readonly message?: string }[];
}

/** Codes of the app that say something of their own; with other codes, or none, the same status says nothing. */
export const appCodes = {
  noSmtpUser: 'NoSmtpUser',
  unknownReturnPath: 'NotFound',
  operationIdTaken: 'Conflict',
} as const;

const maxTextCharacters = 400;

/**
 * Of any answer that is not the one success that was expected: any other success, and where somebody else answers in place
 * of the app, say nothing of whether it has it.
 */
export function refusalOf({ status, body }: AppAnswer): SmtpRefusal {
  const error = errorOf(body);
  const { code } = error;
  if (code === undefined) {
    return laterRefusal();
  }
  switch (status) {
    case 400:
      return code === 'InvalidSenderUserName'
        ? new SmtpRefusal(550, '5.7.1', textOf(error))
        : new SmtpRefusal(554, '5.6.0', textOf(error));
    case 404:
      return code === 'ResourceNotFound' ? laterRefusal() : new SmtpRefusal(550, '5.7.1', textOf(error));
    case 409:
      return new SmtpRefusal(554, '5.6.0', textOf(error));
    case 413:
      return new SmtpRefusal(552, '5.3.4', textOf(error));
    case 429:
      return new SmtpRefusal(450, '4.7.1', 'Too many mails are being sent. Send it again later.');
    default:
      // Among them a secret of the gateway that is wrong, which is no fault of the client.
      return laterRefusal();
  }
}

export function errorOf(body: unknown): ErrorBody {
  return (body as { readonly error?: ErrorBody } | undefined)?.error ?? {};
}

/** In ASCII, in one line, and not longer than a line of SMTP may be. */
function textOf({ message = 'The mail was refused.', details = [] }: ErrorBody): string {
  const parts = details.slice(0, 3).map((each) => `${each.target ?? ''}: ${each.message ?? ''}`);
  const text = [message, ...parts].join(' ').replaceAll(/[^ -~]+/g, '?');
  return text.length > maxTextCharacters ? `${text.slice(0, maxTextCharacters)}...` : text;
}
