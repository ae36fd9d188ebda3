// Which ports the emulator takes, and whether they are free.
import { startCommand } from '../cli/own-command.js';
import { createServer } from 'node:net';
import { EmulatorError } from './emulator-error.js';
import { isErrorCode } from '../cli/write-file-atomically.js';

export interface GeographyPorts {
  /** Port of the geography's resource. */
  readonly resource: number;
  /** Port of the function app's own base address. */
  readonly app: number;
  /** Where mail is handed in by SMTP. */
  readonly smtp: number;
  /** Where bounces come in by SMTP. */
  readonly bounces: number;
}

export interface PortPlan {
  readonly control: number;
  /** Port of the stand-in for Entra ID. */
  readonly issuer: number;
  readonly geographies: readonly GeographyPorts[];
  /** Where a resource that is made later gets its port: the first that is free; from 0 any. */
  readonly later: PortRange;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const appsAfter = 100;
const issuerAfter = 200;
const bouncesAfter = 220;
/** There are fewer geographies. */
const lastAfter = 240;

/**
 * The control plane has the first port, resources the next, function apps those 100 higher, the stand-in for Entra ID
 * the one 200 higher, SMTP those after it, bounces 20 above these; from 0 all are 0 (any).
 */
export function planPorts(first: number, geographies: number): PortPlan {
  const numbers = Array.from({ length: geographies }, (_, index) => index + 1);
  if (first === 0) {
    const geographyPorts = numbers.map(() => ({ resource: 0, app: 0, smtp: 0, bounces: 0 }));
    return { control: 0, issuer: 0, geographies: geographyPorts, later: { first: 0, last: 0 } };
  }
  const last = first + lastAfter;
  if (!Number.isInteger(first) || first < 1 || last > 65_535) {
    throw new EmulatorError(
      `Port ${first} cannot be the first port; take a whole number from 1 to ${65_535 - lastAfter}, or 0 for any free ports.`,
    );
  }
  return {
    control: first,
    issuer: first + issuerAfter,
    geographies: numbers.map((number) => ({
      resource: first + number,
      app: first + appsAfter + number,
      smtp: first + issuerAfter + number,
      bounces: first + bouncesAfter + number,
    })),
    later: { first: first + geographies + 1, last: first + appsAfter },
  };
}

/** @throws {EmulatorError} naming the first port that something else listens on */
export async function assertPortsFree({ control, issuer, geographies }: PortPlan): Promise<void> {
  const ports = [control, issuer, ...geographies.flatMap((each) => Object.values<number>({ ...each }))];
  await Promise.all(ports.filter((port) => port !== 0).map(assertPortFree));
}

export function portTaken(port: number): EmulatorError {
  return new EmulatorError(
    `Port ${port} is taken by another program; stop that program, or choose other ports: ${startCommand()} --port N (0 takes any free ones).`,
  );
}

function assertPortFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (isErrorCode(error, 'EADDRINUSE')) {
        reject(portTaken(port));
      } else {
        reject(
          new EmulatorError(
            `Port ${port} cannot be used (${error.message}); choose other ports: ${startCommand()} --port N.`,
          ),
        );
      }
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve()));
  });
}
