// Starts the programming model. With HTTP streaming the library opens an HTTP server of its own for the host to proxy
// to; it is caught here, so that requests can be handed to it without a second connection.
import { Server as HttpServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { ProgrammingModel } from './functions-core-contract.js';

/** @returns the library's server; nothing when HTTP streaming is off */
export async function startProgrammingModel(model: ProgrammingModel): Promise<HttpServer | undefined> {
  const { listen } = NetServer.prototype;
  let caught: HttpServer | undefined;
  // The library listens on all interfaces and takes no address; whoever reached that port could speak in the name of
  // the host. So for the length of this call a server that is told no address gets one of loopback.
  const keep = (server: HttpServer): void => {
    caught = server;
  };
  NetServer.prototype.listen = function listenOnLoopback(this: NetServer, ...args: unknown[]): NetServer {
    const isToldNoAddress = args.length === 1 && typeof args[0] === 'function';
    if (this instanceof HttpServer && isToldNoAddress) {
      keep(this);
      return Reflect.apply(listen, this, [0, '127.0.0.1', ...args]);
    }
    return Reflect.apply(listen, this, args);
  };
  try {
    await model.getCapabilities?.({});
  } finally {
    NetServer.prototype.listen = listen;
  }
  // It serves as an event emitter only; the port is not needed.
  caught?.close();
  return caught;
}
