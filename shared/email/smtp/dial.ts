// One connection to a mail server, ready to take a mail: connected, encrypted, signed in.
import type { ConnectionOptions } from 'node:tls';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';

export interface Dialled {
  readonly host: string;
  readonly port: number;
  /** As what this host introduces itself. */
  readonly name: string;
  /** `opportunistic`: TLS where the server offers it, whoever it is; as mail between hosts of the web does. */
  readonly tls: 'required' | 'opportunistic' | 'none';
  readonly tlsOptions?: ConnectionOptions;
  readonly login?: { readonly user: string; readonly password: string };
}

/** Real ms. The time limit of a hand-over holds beside these, which are about silence. */
const connectLimitMs = 20_000;
const silenceLimitMs = 60_000;
const tlsFromTheBeginning = 465;

/** @throws what nodemailer says, with `code`, and `responseCode` where the server has said something */
export async function dial(to: Dialled, signal: AbortSignal): Promise<SMTPConnection> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const connection = new Connection({
    host: to.host,
    port: to.port,
    name: to.name,
    secure: to.tls === 'required' && to.port === tlsFromTheBeginning,
    requireTLS: to.tls === 'required',
    ignoreTLS: to.tls === 'none',
    opportunisticTLS: to.tls === 'opportunistic',
    tls: { minVersion: 'TLSv1.2', ...to.tlsOptions },
    connectionTimeout: connectLimitMs,
    greetingTimeout: connectLimitMs,
    dnsTimeout: connectLimitMs,
    socketTimeout: silenceLimitMs,
    socketCloseTimeout: 0,
    logger: false,
    allowInternalNetworkInterfaces: true,
  });
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      connection.close();
      reject(new Error('A connection was given up.'));
    };
    const done = (error?: Error | null): void => {
      signal.removeEventListener('abort', onAbort);
      if (error === undefined || error === null) {
        resolve(connection);
      } else {
        connection.close();
        reject(error);
      }
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    // Also later, when nobody uses it: it must not bring the process down.
    connection.on('error', done);
    connection.connect((error) => {
      if (error || to.login === undefined) {
        done(error);
        return;
      }
      connection.login({ credentials: { user: to.login.user, pass: to.login.password } }, done);
    });
  });
}
