// The gateway as it runs by itself: a process of its own beside a served app.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ServedApp } from './served-app.js';

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** For submission. */
  readonly port: number;
  /** All that it has printed. */
  readonly lines: readonly string[];
}

/** @throws {Error} when it ends instead of listening */
export async function startGatewayProcess(served: ServedApp): Promise<GatewayProcess> {
  const { server, caPath } = served.certificates;
  const child = fork('dist/gateway/main.js', [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: caPath,
      GATEWAY_APP: served.origin,
      GATEWAY_SECRET: served.secret.toString('base64'),
      GATEWAY_AUTHORITY: served.issuer.authorityHost,
      GATEWAY_NAME: 'smtp.contoso.example',
      GATEWAY_TLS_KEY: server.key,
      GATEWAY_TLS_CERT: server.cert,
      GATEWAY_SUBMISSION_PORT: '0',
      GATEWAY_BOUNCE_PORT: 'off',
      GATEWAY_ADDRESS: '127.0.0.1',
    },
  });
  const lines: string[] = [];
  const listening = new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          const [, port] = /The gateway listens.* submission (\d+), bounces off/.exec(line) ?? [];
          if (port !== undefined) {
            resolve(Number(port));
          }
        });
      }
    }
    child.once('exit', () => reject(new Error(`The gateway has ended:\n${lines.join('\n')}`)));
  });
  return { child, port: await listening, lines };
}

export async function endProcess({ child }: GatewayProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
