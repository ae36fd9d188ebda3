// A mail server (MX) for one kind of mail: delivery status notifications to the return paths that the app has made up.
import { isReturnPath } from '../shared/email/return-path-form.js';
import { type AppClient, AppUnreachable } from './app-client.js';
import { answerWith, listen, type ListenOptions, type RunningServer } from './bounded-server.js';
import type { ByteBudget } from './byte-budget.js';
import { maxRefusedRecipients } from './limits.js';
import { type IncomingData, withMessage } from './receive-message.js';
import { appCodes, errorOf, refusalOf } from './refusal-of.js';
import { laterRefusal, SmtpRefusal } from './smtp-refusal.js';
import type { Turns } from './turns.js';

export interface BounceParts {
  readonly app: Pick<AppClient, 'ask'>;
  readonly budget: ByteBudget;
  readonly turns: Turns;
  readonly maxBytes: number;
}

interface FoundPath {
  readonly resource: string;
  readonly host: string;
}

export function listenForBounces(parts: BounceParts, options: ListenOptions): Promise<RunningServer> {
  const { app, budget, turns, maxBytes } = parts;
  /** One a connection. */
  const found = new WeakMap<object, FoundPath>();
  const refused = new WeakMap<object, number>();
  const unexpected = (error: unknown): Error => {
    if (error instanceof SmtpRefusal) {
      return error;
    }
    options.log(`A bounce could not be taken (${error instanceof Error ? error.name : 'unknown'}).`);
    return laterRefusal();
  };
  return listen(options, {
    size: maxBytes,
    // A notice is to whom the mail was from, and to nobody else.
    maxRecipients: 1,
    authOptional: true,
    disabledCommands: ['AUTH'],
    onRcptTo: ({ address }, session, done) => {
      void answerWith(
        async () => {
          found.set(session, await findPath(app, address));
        },
        (error) => done(error),
        (error) => {
          const count = (refused.get(session) ?? 0) + 1;
          refused.set(session, count);
          return count < maxRefusedRecipients
            ? unexpected(error)
            : new SmtpRefusal(421, '4.7.0', 'Too many recipients that are none. This connection ends.');
        },
      );
    },
    onData: (stream, session, done) => {
      const recipient = session.envelope.rcptTo[0]?.address ?? '';
      const path = found.get(session);
      found.delete(session);
      const report = (raw: Buffer): Promise<void> =>
        turns.takeFor(raw.length, () => reportBounce(app, path, recipient, raw));
      void answerWith(
        () => withMessage({ budget, maxBytes }, stream as IncomingData, report),
        (error) => done(error, '2.0.0 Noted'),
        unexpected,
      );
    },
  });
}

async function findPath(app: BounceParts['app'], address: string): Promise<FoundPath> {
  const refusal = new SmtpRefusal(550, '5.1.1', 'Nothing but bounces of mail that was sent from here is taken.');
  if (!isReturnPath(address)) {
    throw refusal;
  }
  const answer = await ask(app, '/gateway/returnPaths', { address });
  if (answer.status === 404 && errorOf(answer.body).code === appCodes.unknownReturnPath) {
    throw refusal;
  }
  const { resource, host } = (answer.body ?? {}) as Partial<FoundPath>;
  if (answer.status !== 200 || resource === undefined || host === undefined) {
    throw laterRefusal();
  }
  return { resource, host };
}

async function reportBounce(
  app: BounceParts['app'],
  path: FoundPath | undefined,
  recipient: string,
  raw: Buffer,
): Promise<void> {
  if (path === undefined) {
    throw laterRefusal();
  }
  const { resource, host } = path;
  const body = { resource, recipient, messageInBase64: raw.toString('base64') };
  const answer = await ask(app, '/gateway/bounces', body, host);
  if (answer.status !== 204) {
    throw refusalOf(answer);
  }
}

function ask(app: BounceParts['app'], path: string, body: object, host?: string) {
  return app.ask(path, body, host).catch((error: unknown) => {
    throw error instanceof AppUnreachable ? laterRefusal() : error;
  });
}
