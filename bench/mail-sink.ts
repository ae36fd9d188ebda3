// A mail server that takes what it gets and counts it; in the process of the load.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailSink {
  readonly port: number;
  readonly count: number;
  /** Resolves when so many have come since it was started. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

const lookAgainMs = 5;

export async function startMailSink(): Promise<MailSink> {
  let count = 0;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: (stream, _session, done) => {
      stream.once('end', () => {
        count += 1;
        done();
      });
      stream.once('error', done);
      stream.resume();
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    get count() {
      return count;
    },
    reached: (wanted) =>
      new Promise((resolve) => {
        const looking = setInterval(() => {
          if (count >= wanted) {
            clearInterval(looking);
            resolve();
          }
        }, lookAgainMs);
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
