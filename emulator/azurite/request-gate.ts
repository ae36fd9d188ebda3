// Refuses every request from the moment on at which nothing can be kept any more.
import http from 'node:http';

export interface RequestGate {
  /** @returns whether it was open */
  close(): boolean;
}

/** Stands before every server of this process that is made from now on. */
export function createGate(): RequestGate {
  let isOpen = true;
  const create = http.createServer as (...given: unknown[]) => http.Server;
  const createGated = (...given: unknown[]): http.Server => {
    const server = create(...given);
    const emit = server.emit.bind(server) as (event: string | symbol, ...rest: unknown[]) => boolean;
    server.emit = (event: string | symbol, ...rest: unknown[]): boolean => {
      if (isOpen || event !== 'request') {
        return emit(event, ...rest);
      }
      refuse(rest[1] as http.ServerResponse);
      return true;
    };
    return server;
  };
  http.createServer = createGated as typeof http.createServer;
  return {
    close() {
      const wasOpen = isOpen;
      isOpen = false;
      return wasOpen;
    },
  };
}

/** As Azure does when it cannot now. */
function refuse(response: http.ServerResponse): void {
  response.writeHead(503, { 'x-ms-error-code': 'ServerBusy', connection: 'close' });
  response.end();
}
