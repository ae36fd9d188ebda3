// A server of smtp-server with the bounds that both of ours have: connections, silence, age; TLS from 1.2 on; no name is
// looked up for whoever connects, and nothing is logged.
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { closeMs, connectionLifeMs, connectionsPerAddress, dataMs, idleMs, maxConnections } from './limits.js';

type SMTPConnection = SMTPServer['connections'] extends Set<infer Connection> ? Connection : never;

export interface Bounds {
  /** Real ms, as the three that follow. */
  readonly idleMs: number;
  readonly lifeMs: number;
  /** For one message as a whole. */
  readonly dataMs: number;
  /** How long connections may go on when it closes. */
  readonly closeMs: number;
  readonly connections: number;
  readonly perAddress: number;
}

export interface ListenOptions {
  /** How it calls itself. */
  readonly name: string;
  readonly address: string;
  /** 0 for any. */
  readonly port: number;
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** In place of those of limits.ts. */
  readonly bounds?: Partial<Bounds> | undefined;
  /** Told what goes wrong with the server itself, without anything of a client. */
  log(line: string): void;
}

export interface RunningServer {
  readonly port: number;
  /** Lets what is being handed on end for a while. */
  close(): Promise<void>;
}

interface Known {
  readonly socket: Socket;
  readonly address: string;
  readonly timer: NodeJS.Timeout;
}

/** How long somebody who is refused may take to hang up. */
const refusedMs = 5_000;

/** Its connections are few of one address, and are ended when they are old, whatever is said on them. */
class BoundedServer extends SMTPServer {
  readonly #lifeMs: number;
  readonly #perAddress: number;
  readonly #known = new Map<string, Known>();
  #count = 0;

  constructor(options: SMTPServerOptions, { lifeMs, perAddress }: Pick<Bounds, 'lifeMs' | 'perAddress'>) {
    super({ ...options, onClose: (session) => this.#forget(session.id) });
    this.#lifeMs = lifeMs;
    this.#perAddress = perAddress;
  }

  /** Whatever is going on. */
  end(id: string): void {
    this.#known.get(id)?.socket.destroy();
  }

  override connect(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if ([...this.#known.values()].filter((each) => each.address === address).length >= this.#perAddress) {
      refuse(socket);
      return;
    }
    this.#count += 1;
    const id = `c${this.#count}`;
    const timer = setTimeout(() => socket.destroy(), this.#lifeMs);
    timer.unref();
    this.#known.set(id, { socket, address, timer });
    socket.once('close', () => this.#forget(id));
    super.connect(socket, { id });
    for (const connection of this.connections) {
      if (connection.id === id) {
        offerNoLoginInClear(connection);
      }
    }
  }

  #forget(id: string): void {
    clearTimeout(this.#known.get(id)?.timer);
    this.#known.delete(id);
  }
}

function refuse(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.setTimeout(refusedMs, () => socket.destroy());
  socket.resume();
  socket.end('421 4.7.0 Too many connections from this address. Try again a little later.\r\n', () =>
    socket.destroySoon(),
  );
}

/** A login in clear is refused anyway; but a client that is offered one says the password first. */
function offerNoLoginInClear(connection: SMTPConnection): void {
  const send = connection.send.bind(connection);
  connection.send = (code, data, context) => {
    const isOffer = Array.isArray(data) && !connection.session.secure;
    send(code, isOffer ? data.filter((line) => !String(line).startsWith('AUTH')) : data, context);
  };
}

export async function listen(
  { name, address, port, tls, bounds = {}, log }: ListenOptions,
  { onData, ...own }: SMTPServerOptions & Required<Pick<SMTPServerOptions, 'onData'>>,
): Promise<RunningServer> {
  const server: BoundedServer = new BoundedServer(
    {
      name,
      banner: 'Domicile',
      ...tls,
      minVersion: 'TLSv1.2',
      logger: false,
      disableReverseLookup: true,
      maxClients: bounds.connections ?? maxConnections,
      socketTimeout: bounds.idleMs ?? idleMs,
      closeTimeout: bounds.closeMs ?? closeMs,
      // Addresses with letters beyond ASCII cannot be sent to, and what becomes of a mail is told by events.
      hideSMTPUTF8: true,
      hideDSN: true,
      rejectOversized: true,
      ...own,
      onData: (stream, session, done) => {
        const timer = setTimeout(() => server.end(session.id), bounds.dataMs ?? dataMs);
        timer.unref();
        for (const event of ['end', 'close', 'error']) {
          stream.once(event, () => clearTimeout(timer));
        }
        onData(stream, session, done);
      },
    },
    { lifeMs: bounds.lifeMs ?? connectionLifeMs, perAddress: bounds.perAddress ?? connectionsPerAddress },
  );
  // What goes wrong with one connection, such as a client that hangs up, is no matter of ours.
  server.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EMFILE' || code === 'ENFILE') {
      log(`The SMTP server cannot take connections: ${code}.`);
    }
  });
  const failed = once(server, 'error').then(([error]: unknown[]) => {
    throw error;
  });
  failed.catch(() => undefined);
  server.listen(port, address);
  await Promise.race([once(server.server, 'listening'), failed]);
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Answers when the work has ended: with what came out, or with what was thrown as `unexpected` makes an answer of it. */
export async function answerWith<Result>(
  work: () => Promise<Result>,
  done: (error: Error | null, result: Result | undefined) => void,
  unexpected: (error: unknown) => Error,
): Promise<void> {
  let result: Result | undefined;
  let failure: Error | null = null;
  try {
    result = await work();
  } catch (error) {
    failure = unexpected(error);
  }
  done(failure, result);
}
