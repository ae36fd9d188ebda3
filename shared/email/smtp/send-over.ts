// Hands one mail over a connection, and makes an outcome of each answer of the server.
import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { Outcomes, Recipient, RecipientOutcome } from '../../deliveries/index.js';
import { bouncedReason, type MailReceipt, saidLater } from '../mail-outbox.js';
import { formatCode, isHardBounce, type SmtpCode, smtpCode } from './smtp-code.js';

export interface Envelope {
  readonly from: string;
  readonly recipients: readonly Recipient[];
  /** Comes back in notices about it (RFC 3461). */
  readonly id: string;
  /** Host name of the server at the other end. */
  readonly server: string;
}

/** What nodemailer throws, as far as it is looked at. */
interface SmtpFailure {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly rejected?: readonly string[];
  readonly rejectedErrors?: readonly SmtpFailure[];
}

export interface Sent {
  readonly outcomes: Outcomes;
  /** Whether the connection goes on. */
  readonly isUsable: boolean;
  /** Nothing of the mail was said: a new connection may fare better. */
  readonly isUntouched: boolean;
}

const noAnswer = 'no-answer';
/** Real ms; a new connection costs little more. */
const resetLimitMs = 2_000;

export async function sendOver(
  connection: SMTPConnection,
  { from, recipients, id, server }: Envelope,
  body: Readable,
  signal: AbortSignal,
): Promise<Sent> {
  const [only] = recipients.length === 1 ? recipients : [];
  const dsn = {
    id,
    return: 'headers' as const,
    notify: ['failure', 'delay'] as ('failure' | 'delay')[],
    // One that is the same for all of them is all that the library can say.
    ...(only !== undefined && { recipient: only.address }),
  };
  const to = recipients.map(({ address }) => address);
  let onAbort = (): void => undefined;
  try {
    const info = await new Promise<SMTPConnectionSendInfo>((resolve, reject) => {
      onAbort = () => {
        connection.close();
        reject(new Error('A hand-over was given up.'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      connection.send({ from, to, dsn }, body, (error, sent) => {
        if (sent === undefined || error) {
          reject(error ?? new Error('A mail server answered nothing.'));
        } else {
          resolve(sent);
        }
      });
    });
    const receipt: MailReceipt = { server };
    const refused = refusalsOf({
      rejected: info.rejected,
      ...(info.rejectedErrors && { rejectedErrors: info.rejectedErrors }),
    });
    return {
      outcomes: byId(recipients, ({ address }) => refused.get(address) ?? { outcome: 'taken', receipt }),
      isUsable: true,
      isUntouched: false,
    };
  } catch (error) {
    const failure = error as SmtpFailure;
    const said = smtpCode(failure.responseCode, failure.response);
    const refused = refusalsOf(failure);
    // Whether a server that was told the whole mail has it, nobody knows when it answers no more.
    const rest: RecipientOutcome =
      said !== undefined && isAboutMail(failure)
        ? outcomeOf(said, false)
        : { outcome: body.readableEnded ? 'unknown' : 'deferred', reason: noAnswer };
    return {
      outcomes: byId(recipients, ({ address }) => refused.get(address) ?? rest),
      isUsable: said !== undefined && said.reply !== 421 && (await isReset(connection, signal)),
      isUntouched: said === undefined && !body.readableDidRead,
    };
  } finally {
    signal.removeEventListener('abort', onAbort);
    body.destroy();
  }
}

/** An envelope that was refused stays open, and the next mail would be refused for it (RFC 5321, 4.1.1.2). */
function isReset(connection: SMTPConnection, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isDone: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(isDone);
    };
    const onAbort = (): void => done(false);
    const timer = setTimeout(onAbort, resetLimitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    connection.reset((error) => done(!error));
  });
}

function refusalsOf({ rejected = [], rejectedErrors = [] }: SmtpFailure): ReadonlyMap<string, RecipientOutcome> {
  return new Map(
    rejected.map((address, index) => {
      const { responseCode, response } = rejectedErrors[index] ?? {};
      const said = smtpCode(responseCode, response);
      return [address, said === undefined ? { outcome: 'deferred', reason: noAnswer } : outcomeOf(said, true)];
    }),
  );
}

/** @param isOfRecipient the code was said of one address, and not of the mail */
function outcomeOf(code: SmtpCode, isOfRecipient: boolean): RecipientOutcome {
  if (code.reply < 500) {
    return { outcome: 'deferred', reason: `${saidLater} ${formatCode(code)}` };
  }
  // 550 without an enhanced code, said of the mail, is about what it says.
  const isBounce = isHardBounce(code) && (isOfRecipient || code.enhanced !== undefined);
  return { outcome: 'refused', reason: isBounce ? `${bouncedReason} ${formatCode(code)}` : formatCode(code) };
}

/** A server that refuses us, or our password, has not looked at the mail. */
function isAboutMail({ command = '' }: SmtpFailure): boolean {
  return ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command);
}

function byId(recipients: readonly Recipient[], outcome: (recipient: Recipient) => RecipientOutcome): Outcomes {
  return Object.fromEntries(recipients.map((recipient) => [recipient.id, outcome(recipient)]));
}
