// One connection to an application, made again when it breaks. It never holds more than the system takes: who sends asks first.
import type { WebSocket } from 'ws';
import type { StreamFailure } from '../../media-events.js';
import { isRefusedAddress } from '../../../outgoing/index.js';
import {
  closingMs,
  connectAgainMs,
  maxMessageBytes,
  maxReconnections,
  maxRubbish,
  maxUnsentBytes,
  stalledMs,
} from './limits.js';

export interface LinkParts {
  readonly url: string;
  /** The guard of what leaves; throws for an address that must not be asked. */
  socketOptions(url: string): object;
  /** Anew for each connection. */
  headers(): Readonly<Record<string, string>>;
  /** Real ms. */
  wait(ms: number): Promise<void>;
  onOpen(isAgain: boolean): void;
  /** @returns whether it was understood */
  onMessage(text: string): boolean;
  /** @param failure undefined when the application has closed it as one that is done with it */
  onEnd(failure: StreamFailure | undefined): void;
}

const normalClosure = 1000;
const goingAway = 1001;
const notUnderstood = 1007;

type Ending = { readonly isNormal: boolean; readonly mayComeAgain: boolean };

export class Link {
  readonly #parts: LinkParts;
  #socket: WebSocket | undefined;
  #isOver = false;
  #stalledSince: number | undefined;
  #rubbish = 0;
  #isPaused = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Until the link is over: made, made again, given up. Never throws. */
  async run(): Promise<void> {
    for (let made = 0; !this.#isOver; made++) {
      const opened = await this.#connect();
      if (this.#isOver) {
        discard(opened);
        return;
      }
      if (typeof opened === 'string') {
        this.#end(made === 0 ? opened : 'streamConnectionInterrupted');
        return;
      }
      this.#socket = opened;
      this.#parts.onOpen(made > 0);
      const ending = await this.#listen(opened);
      this.#socket = undefined;
      if (ending.isNormal || !ending.mayComeAgain || made >= maxReconnections) {
        this.#end(ending.isNormal ? undefined : 'streamConnectionInterrupted');
      }
    }
  }

  get isOpen(): boolean {
    return this.#socket !== undefined && this.#socket.readyState === this.#socket.OPEN;
  }

  /** The application, or the way to it, is slower than what is sent. */
  get isClogged(): boolean {
    return (this.#socket?.bufferedAmount ?? 0) > maxUnsentBytes;
  }

  send(message: string): void {
    if (this.isOpen) {
      this.#socket?.send(message);
    }
  }

  /** @param now monotonic ms; given up when it was clogged all the time for long */
  watch(now: number): void {
    if (!this.isClogged) {
      this.#stalledSince = undefined;
      return;
    }
    this.#stalledSince ??= now;
    if (now - this.#stalledSince > stalledMs) {
      this.#end('streamConnectionInterrupted');
      this.#socket?.terminate();
    }
  }

  /** Reads no more for now, or again. */
  setPaused(isPaused: boolean): void {
    if (isPaused !== this.#isPaused && this.isOpen) {
      this.#isPaused = isPaused;
      if (isPaused) {
        this.#socket?.pause();
      } else {
        this.#socket?.resume();
      }
    }
  }

  /** Whoever has opened it is done with it; the application is told. */
  async close(isGoingAway = false): Promise<void> {
    this.#isOver = true;
    // One that is paused does not see the answer to its closing.
    this.setPaused(false);
    const socket = this.#socket;
    if (socket !== undefined) {
      const closed = new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
      });
      socket.close(isGoingAway ? goingAway : normalClosure);
      await Promise.race([closed, this.#parts.wait(closingMs)]);
      socket.terminate();
    }
  }

  #end(failure: StreamFailure | undefined): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#parts.onEnd(failure);
    }
  }

  async #connect(): Promise<WebSocket | StreamFailure> {
    for (const ms of [...connectAgainMs, undefined]) {
      const opened = await this.#tryOnce();
      if (typeof opened !== 'string' || !comesAgain.includes(opened) || ms === undefined || this.#isOver) {
        return opened;
      }
      await this.#parts.wait(ms);
      if (this.#isOver) {
        return opened;
      }
    }
    return 'unspecifiedError';
  }

  async #tryOnce(): Promise<WebSocket | StreamFailure> {
    const { WebSocket: Socket } = await import('ws');
    const { url, socketOptions, headers } = this.#parts;
    return new Promise((resolve) => {
      let socket: WebSocket;
      try {
        const options = { ...socketOptions(url), headers: headers(), maxPayload: maxMessageBytes };
        socket = new Socket(url, { ...options, perMessageDeflate: false });
      } catch (failure) {
        resolve(isRefusedAddress(failure) ? 'forbidden' : 'unspecifiedError');
        return;
      }
      socket.once('open', () => {
        socket.pause();
        resolve(socket);
      });
      socket.once('unexpected-response', (request, { statusCode = 0 }) => {
        request.destroy();
        resolve(byStatus[statusCode] ?? 'initialWebSocketConnectionFailed');
      });
      // It stays for the life of the socket: an error that nobody listens to would end the process.
      socket.on('error', (failure: Error) => {
        const isLate = failure.message.includes('timed out');
        const failed = isLate ? 'serviceTimeout' : 'initialWebSocketConnectionFailed';
        resolve(isRefusedAddress(failure) ? 'forbidden' : failed);
      });
    });
  }

  async #listen(socket: WebSocket): Promise<Ending> {
    this.#stalledSince = undefined;
    this.#isPaused = false;
    let mayComeAgain = true;
    return new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (this.#isOver || this.#parts.onMessage(data.toString())) {
          return;
        }
        this.#rubbish += 1;
        if (this.#rubbish > maxRubbish) {
          mayComeAgain = false;
          socket.close(notUnderstood);
          socket.terminate();
        }
      });
      // Too large, or no WebSocket frames at all: the same would come again.
      socket.on('error', () => {
        mayComeAgain = false;
        socket.terminate();
      });
      socket.once('close', (code) => resolve({ isNormal: code === normalClosure && mayComeAgain, mayComeAgain }));
      socket.resume();
    });
  }
}

const byStatus: Readonly<Record<number, StreamFailure>> = {
  401: 'authenticationFailure',
  403: 'forbidden',
  429: 'tooManyRequests',
  408: 'serviceTimeout',
  504: 'serviceTimeout',
};

/** What may be better in a moment. */
const comesAgain: readonly StreamFailure[] = ['initialWebSocketConnectionFailed', 'serviceTimeout', 'tooManyRequests'];

function discard(opened: WebSocket | StreamFailure): void {
  if (typeof opened !== 'string') {
    opened.close(normalClosure);
    opened.resume();
  }
}
