// Connections that are kept for the next mail to the same server. How many there are at once is bounded by the outbox.
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../../time/clock.js';

/** Servers close what is silent, or has sent much; RFC 5321 lets them after five minutes. */
const idleLimitMs = 15_000;
const maxMails = 100;
const maxIdle = 32;

interface Idle {
  readonly server: string;
  readonly connection: SMTPConnection;
  readonly since: number;
}

export class IdleConnections {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #mails = new WeakMap<SMTPConnection, number>();
  #idle: Idle[] = [];

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** The one that was used last. */
  take(server: string): SMTPConnection | undefined {
    this.#closeOld();
    const index = this.#idle.findLastIndex((each) => each.server === server);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0]?.connection;
  }

  /** After a mail, whatever the server has said of it, as long as it goes on talking. */
  give(server: string, connection: SMTPConnection): void {
    const mails = (this.#mails.get(connection) ?? 0) + 1;
    this.#mails.set(connection, mails);
    if (mails >= maxMails || this.#idle.length >= maxIdle) {
      connection.quit();
      return;
    }
    this.#idle.push({ server, connection, since: this.#clock.monotonic() });
    // A process that is about to end does not wait for a server.
    if (connection._socket) {
      connection._socket.unref();
    }
  }

  closeAll(): void {
    for (const { connection } of this.#idle) {
      connection.close();
    }
    this.#idle = [];
  }

  #closeOld(): void {
    const isOld = ({ since, connection }: Idle) =>
      this.#clock.monotonic() - since > idleLimitMs || connection.destroyed === true;
    for (const { connection } of this.#idle.filter(isOld)) {
      connection.close();
    }
    this.#idle = this.#idle.filter((each) => !isOld(each));
  }
}
