// The control plane: HTTPS on a loopback port of its own, JSON in and out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyedCertificate } from '../certificates/certificate.js';
import { PageOrigins } from '../host/page-origins.js';
import { EmulatorError, RequestRefused } from '../emulator-error.js';
import { reasonOf } from '../../cli/reason-of.js';
import type { EmulatorOperations } from '../operations.js';
import { portTaken } from '../ports.js';
import { isErrorCode } from '../../cli/write-file-atomically.js';
import { readRequest } from './read-request.js';

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

const loopbackName = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

export async function startControlServer(
  port: number,
  certificate: KeyedCertificate,
  operations: EmulatorOperations,
): Promise<ControlServer> {
  const server = createServer({ ...certificate, minVersion: 'TLSv1.2' }, (request, response) => {
    void answer(request, response, operations);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(isErrorCode(error, 'EADDRINUSE') ? portTaken(port) : new EmulatorError(error.message));
    });
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  operations: EmulatorOperations,
): Promise<void> {
  try {
    assertLocal(request);
    const carryOut = await readRequest(request);
    send(response, 200, await carryOut(operations));
  } catch (error) {
    const [status, code] = error instanceof RequestRefused ? [error.status, error.code] : [500, 'Failed'];
    // A body we did not read to its end makes the connection useless.
    if (!request.complete) {
      response.setHeader('connection', 'close');
    }
    send(response, status, { error: { code, message: reasonOf(error) } });
  }
}

const origins = new PageOrigins();

/** A page from the web that a browser shows on this machine must not empty the emulator, nor read what it has. */
function assertLocal({ headers }: IncomingMessage): void {
  const isLocalHost = loopbackName.test(headers.host ?? '');
  if (!isLocalHost || origins.isForeign(headers)) {
    throw new RequestRefused(403, 'NotLocal', 'The control plane answers only to this machine, by a loopback name.');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
