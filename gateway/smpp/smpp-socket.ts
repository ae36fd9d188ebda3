// One connection as units of SMPP, with the bounds that every peer has: lengths that can be, and that it reads what it is
// told. Whatever breaks them ends the connection.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { FrameReader } from './frame-reader.js';
import { connectMs, maxUnreadBytes } from './limits.js';
import type { SmscOptions } from './smsc-options.js';

export interface SocketEvents {
  /** One whole unit, of 16 bytes or more. */
  onUnit(bytes: Buffer): void;
  /** Once, whatever the reason. */
  onClose(): void;
}

export class SmppSocket {
  readonly #socket: Socket;

  /** @throws {Error} when there is no connection in time */
  static async open({ host, port, tls }: SmscOptions, events: SocketEvents): Promise<SmppSocket> {
    const socket =
      tls === undefined
        ? connectPlain({ host, port })
        : connectTls({
            host,
            port,
            minVersion: 'TLSv1.2',
            ...(isIP(host) === 0 && { servername: host }),
            ...(tls.ca !== undefined && { ca: tls.ca }),
          });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(new Error('There is no connection in time.')), connectMs);
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new Error('There is no connection.'));
      });
      socket.on('error', () => undefined);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return new SmppSocket(socket, events);
  }

  private constructor(socket: Socket, { onUnit, onClose }: SocketEvents) {
    this.#socket = socket;
    const frames = new FrameReader();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const unit of frames.add(chunk)) {
          if (!socket.destroyed) {
            onUnit(unit);
          }
        }
      } catch {
        socket.destroy();
      }
    });
    socket.once('end', () => socket.destroy());
    socket.once('close', onClose);
    if (socket.destroyed) {
      setImmediate(onClose);
    }
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** @returns false when nothing of it has left */
  write(bytes: Buffer): boolean {
    if (!this.isOpen) {
      return false;
    }
    this.#socket.write(bytes);
    if (this.#socket.writableLength > maxUnreadBytes) {
      this.#socket.destroy();
    }
    return true;
  }

  /** When what was written has left. */
  end(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
