// Mail submission (RFC 6409): STARTTLS, then a login, then mails. Nothing else is taken.
import { domainToASCII } from 'node:url';
import { isMailAddress } from '../shared/email/mail-form.js';
import { answerWith, listen, type ListenOptions, type RunningServer } from './bounded-server.js';
import type { ByteBudget } from './byte-budget.js';
import { maxMailRecipients } from './limits.js';
import { type IncomingData, withMessage } from './receive-message.js';
import type { GatewayUser, SignIns } from './sign-ins.js';
import { laterRefusal, SmtpRefusal } from './smtp-refusal.js';
import { takeSubmission, type TakeParts } from './take-submission.js';
import type { Turns } from './turns.js';

export interface SubmissionParts extends TakeParts {
  readonly signIns: Pick<SignIns, 'signIn'>;
  readonly budget: ByteBudget;
  readonly turns: Turns;
  readonly maxBytes: number;
}

export function listenForSubmissions(parts: SubmissionParts, options: ListenOptions): Promise<RunningServer> {
  const { signIns, budget, turns, maxBytes } = parts;
  const unexpected = (error: unknown): Error => {
    if (error instanceof SmtpRefusal) {
      return error;
    }
    // Its text may quote what came in.
    options.log(`A mail could not be taken (${error instanceof Error ? error.name : 'unknown'}).`);
    return laterRefusal();
  };
  return listen(options, {
    size: maxBytes,
    maxRecipients: maxMailRecipients,
    authMethods: ['PLAIN', 'LOGIN'],
    authRequiredMessage: '5.7.0 Begin with STARTTLS, then log in',
    onAuth: ({ username, password }, { remoteAddress }, done) => {
      void answerWith(
        async () => ({ user: await signIns.signIn(username ?? '', password ?? '', remoteAddress) }),
        (error, found) => done(error, found),
        unexpected,
      );
    },
    onRcptTo: (recipient, _session, done) => {
      recipient.address = inAscii(recipient.address);
      done(
        isMailAddress(recipient.address) ? null : new SmtpRefusal(553, '5.1.3', 'No mail can be sent to this address.'),
      );
    },
    onData: (stream, session, done) => {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      const user = session.user as unknown as GatewayUser;
      const take = (raw: Buffer): Promise<string> =>
        turns.takeFor(raw.length, () => takeSubmission(parts, user, recipients, raw));
      void answerWith(
        async () => `2.0.0 Accepted as ${await withMessage({ budget, maxBytes }, stream as IncomingData, take)}`,
        (error, text) => done(error, text),
        unexpected,
      );
    },
  });
}

/** smtp-server has made letters of Punycode. */
function inAscii(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`;
}
