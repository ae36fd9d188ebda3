// Listening sockets on loopback, IPv4 and IPv6 on the same port: `localhost` may mean either to a client.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { figure } from '../../shared/budgets/index.js';

/** How often another free port is tried when it was free on IPv4 but not on IPv6. */
const freePortAttempts = 20;

export interface LoopbackPort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * @param maxConnections of each of the two; more are closed, so that a runaway client cannot exhaust memory
 * @param port 0 takes one that is free on both addresses
 * @throws when the port is taken
 */
export async function listenOnLoopback(
  port: number,
  accept: (socket: Socket) => void,
  maxConnections = figure('frontConnections'),
): Promise<LoopbackPort> {
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
  for (let attempt = 1; ; attempt++) {
    const ipv4 = await listen(port, '127.0.0.1', accept, maxConnections);
    const taken = (ipv4.address() as AddressInfo).port;
    try {
      const servers = hasIpv6 ? [ipv4, await listen(taken, '::1', accept, maxConnections)] : [ipv4];
      return {
        port: taken,
        close: async () => {
          await Promise.all(servers.map((server) => closeServer(server)));
        },
      };
    } catch (error) {
      void closeServer(ipv4);
      if (port !== 0 || attempt === freePortAttempts) {
        throw error;
      }
    }
  }
}

function listen(port: number, host: string, accept: (socket: Socket) => void, maxConnections: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    // As node:http opens its own: it ends its side of a connection itself.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    server.maxConnections = maxConnections;
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        error.message = `Port ${port} on ${host} is taken. Stop what uses it, or choose another port.`;
      }
      reject(error);
    });
    server.listen(port, host, () => {
      // Failing to accept one connection (too many open files) must not end the process.
      server.removeAllListeners('error').on('error', () => undefined);
      resolve(server);
    });
  });
}

/** Resolves when the port is given back; connections live on. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The callback would wait for the connections; the port is free at once.
    server.close();
    setImmediate(resolve);
  });
}
