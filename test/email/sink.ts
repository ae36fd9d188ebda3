// A mail server that is not ours (`smtp-server`), which notes what it gets and refuses what it is told to.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface SunkMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Parameters of MAIL FROM and of the first RCPT TO. */
  readonly parameters: { readonly from: object; readonly to: object };
  readonly user: string | undefined;
  readonly isSecure: boolean;
  readonly message: Buffer;
}

export interface Sink {
  readonly port: number;
  readonly mails: SunkMail[];
  /** By recipient: what is answered to RCPT TO, such as `550 5.1.1 no such mailbox`. */
  readonly answers: Map<string, string>;
  /** What is answered to the message itself. */
  answer: string | undefined;
  /** Never answers a message. */
  isSilent: boolean;
  /** How many connections there were. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export interface SinkLogin {
  readonly user: string;
  readonly password: string;
}

/** @param port of this machine; one that is free unless given */
export async function startSink(options: SMTPServerOptions = {}, login?: SinkLogin, port = 0): Promise<Sink> {
  const mails: SunkMail[] = [];
  const answers = new Map<string, string>();
  let connections = 0;
  const refusal = (answer: string): Error => {
    const [, code, text] = /^(\d{3}) (.*)$/.exec(answer) ?? [];
    return Object.assign(new Error(text), { responseCode: Number(code) });
  };
  const server = new SMTPServer({
    authOptional: login === undefined,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) =>
      login !== undefined && username === login.user && password === login.password
        ? done(null, { user: username })
        : done(refusal('535 5.7.8 no')),
    onRcptTo: ({ address }, _session, done) => {
      const answer = answers.get(address);
      done(answer === undefined ? null : refusal(answer));
    },
    onData: (stream, session, done) => {
      const take = async (): Promise<Error | null> => {
        const message = await buffer(stream);
        if (sink.isSilent) {
          await new Promise(() => undefined);
        }
        if (sink.answer !== undefined) {
          return refusal(sink.answer);
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          parameters: { from: (mailFrom === false ? {} : mailFrom.args) || {}, to: rcptTo[0]?.args || {} },
          user: session.user as string | undefined,
          isSecure: session.secure,
          message,
        });
        return null;
      };
      void answerWith(take, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const sink: Sink = {
    port: (server.server.address() as AddressInfo).port,
    mails,
    answers,
    answer: undefined,
    isSilent: false,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return sink;
}

/** Whoever breaks off in the middle of a mail, as a process that is killed, has sent none. */
async function answerWith(take: () => Promise<Error | null>, done: (error?: Error | null) => void): Promise<void> {
  const answer = await take().catch((error: unknown) => error as Error);
  done(answer);
}
