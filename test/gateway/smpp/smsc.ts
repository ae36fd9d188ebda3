// An SMSC for tests: a server of SMPP 3.4 that says what a test has it say. It is written from the standard, with sockets.
import { once } from 'node:events';
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecure } from 'node:tls';
import {
  commands,
  cstring,
  readShortMessage,
  response,
  type ShortMessage,
  shortMessageBody,
  unit,
  type Unit,
} from './wire.js';

export interface Submission extends ShortMessage {
  /** Of the connection that it came on. */
  readonly socket: Socket;
  answer(status: number, messageId?: string): void;
}

export interface Bind {
  readonly command: number;
  readonly systemId: string;
  readonly password: string;
  readonly socket: Socket;
}

export class Smsc {
  readonly binds: Bind[] = [];
  readonly submissions: Submission[] = [];
  /** The most that were on their way at once. */
  mostAtOnce = 0;
  bindStatus = 0;
  isAnsweringEnquiries = true;
  /** Does something else with a submission than to take it. */
  onSubmit: (submission: Submission) => void = (submission) => submission.answer(0, this.nextId());
  /** Everything that comes, before it is looked at; true when the test has dealt with it. */
  onUnit: (unit: Unit, socket: Socket) => boolean = () => false;
  enquiries = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Map<number, (status: number) => void>();
  #waiting = 0;
  #ids = 0;
  #sequence = 0;

  static async start(tls?: { readonly key: string; readonly cert: string }, port = 0): Promise<Smsc> {
    const smsc = new Smsc(tls);
    smsc.#server.listen(port, '127.0.0.1');
    await once(smsc.#server, 'listening');
    return smsc;
  }

  private constructor(tls: { readonly key: string; readonly cert: string } | undefined) {
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = tls === undefined ? createPlain(serve) : createSecure(tls, serve);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  nextId(): string {
    this.#ids += 1;
    return `m${this.#ids}`;
  }

  /** On the connection that last bound for receiving, unless it is told another. */
  deliver(message: Partial<ShortMessage>, on?: Socket): Promise<number> {
    const receiver = this.binds.findLast(
      ({ command, socket: each }) => command !== commands.bind_transmitter && !each.destroyed,
    );
    const socket = on ?? receiver?.socket;
    if (socket === undefined) {
      throw new Error('Nobody has bound to receive.');
    }
    this.#sequence += 1;
    const sequence = this.#sequence;
    socket.write(unit(commands.deliver_sm, sequence, shortMessageBody(message)));
    return new Promise((resolve, reject) => {
      this.#answers.set(sequence, resolve);
      socket.once('close', () => reject(new Error('The connection has ended.')));
    });
  }

  receipt(id: string, stat: string, err = '000'): Promise<number> {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2611301200 done date:2611301201 stat:${stat} err:${err} text:Tea`;
    return this.deliver({ esmClass: 0x04, octets: Buffer.from(text, 'latin1') });
  }

  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    if (this.#server.listening) {
      await once(this.#server, 'close');
    }
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    // Each delivery waits for its end.
    socket.setMaxListeners(0);
    socket.once('close', () => this.#sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        const length = rest.readUInt32BE(0);
        const [id, status, sequence] = [rest.readUInt32BE(4), rest.readUInt32BE(8), rest.readUInt32BE(12)];
        const taken = { id, status, sequence, body: rest.subarray(16, length) };
        rest = rest.subarray(length);
        if (!this.onUnit(taken, socket)) {
          this.#take(taken, socket);
        }
      }
    });
  }

  #take({ id, status, sequence, body }: Unit, socket: Socket): void {
    const answer = (own: number, content?: Buffer): void => {
      socket.write(unit((id | response) >>> 0, sequence, own === 0 ? content : undefined, own));
    };
    if (id === commands.bind_receiver || id === commands.bind_transmitter || id === commands.bind_transceiver) {
      const [systemId = '', password = ''] = body.toString('latin1').split('\0');
      if (this.bindStatus === 0) {
        this.binds.push({ command: id, systemId, password, socket });
      }
      answer(this.bindStatus, cstring('smsc'));
    } else if (id === commands.submit_sm) {
      this.#waiting += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#waiting);
      const submission = {
        ...readShortMessage(body),
        socket,
        answer: (own: number, messageId = '') => {
          this.#waiting -= 1;
          answer(own, cstring(messageId));
        },
      };
      this.submissions.push(submission);
      this.onSubmit(submission);
    } else if (id === commands.enquire_link) {
      this.enquiries += 1;
      if (this.isAnsweringEnquiries) {
        answer(0);
      }
    } else if (id === commands.unbind) {
      answer(0);
    } else if (id === (commands.deliver_sm | response) >>> 0) {
      this.#answers.get(sequence)?.(status);
      this.#answers.delete(sequence);
    }
  }
}
