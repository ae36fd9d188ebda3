// What clients do: nodemailer as everybody uses it, and a conversation line by line for what it would not do.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import nodemailer, { type SendMailOptions } from 'nodemailer';

export interface Login {
  readonly user: string;
  readonly pass: string;
}

/** @returns what the server says in the end; of a refusal too */
export async function sendBy(
  port: number,
  { ca, login, mail }: { readonly ca: string; readonly login?: Login; readonly mail: SendMailOptions },
): Promise<string> {
  const transport = nodemailer.createTransport({
    host: 'localhost',
    port,
    requireTLS: true,
    tls: { ca },
    ...(login !== undefined && { auth: login }),
  });
  try {
    const { response } = await transport.sendMail(mail);
    return response;
  } catch (error) {
    const { response, message } = error as { readonly response?: string; readonly message: string };
    return response ?? message;
  } finally {
    transport.close();
  }
}

export class Conversation {
  #socket: Socket | TLSSocket;
  #text = '';
  isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  static async begin(port: number): Promise<Conversation> {
    const socket = connect(port, '127.0.0.1');
    const conversation = new Conversation(socket);
    await once(socket, 'connect');
    return conversation;
  }

  /** Reads until a whole answer is there; empty when the server hangs up before. */
  async answer(): Promise<string> {
    for (;;) {
      const [whole] = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#text) ?? [];
      if (whole !== undefined) {
        this.#text = this.#text.slice(whole.length);
        return whole.trimEnd();
      }
      if (this.isClosed) {
        return '';
      }
      await new Promise((resolve) => {
        this.#socket.once('data', resolve);
        this.#socket.once('close', resolve);
      });
    }
  }

  async say(text: string): Promise<string> {
    this.write(`${text}\r\n`);
    return this.answer();
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  async secure(ca: string): Promise<void> {
    this.#socket.removeAllListeners('data');
    const secured = connectTls({ socket: this.#socket, ca, servername: 'localhost' });
    await once(secured, 'secureConnect');
    this.#socket = secured;
    this.#listen();
  }

  /** Greeting, STARTTLS, login. */
  async logIn(ca: string, { user, pass }: Login): Promise<string> {
    await this.answer();
    await this.say('EHLO client.example');
    await this.say('STARTTLS');
    await this.secure(ca);
    await this.say('EHLO client.example');
    return this.say(`AUTH PLAIN ${Buffer.from(`\0${user}\0${pass}`).toString('base64')}`);
  }

  async closed(): Promise<void> {
    if (!this.isClosed) {
      await once(this.#socket, 'close');
    }
  }

  end(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.isClosed = true;
    });
  }
}
