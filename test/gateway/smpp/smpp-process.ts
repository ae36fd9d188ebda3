// The gateway as it runs by itself, for text messages alone.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CarrierApp } from './carrier-app.js';
import type { Smsc } from './smsc.js';

export interface SmppProcess {
  readonly child: ChildProcess;
  /** Where messages are handed over. */
  readonly port: number;
  /** All that it has printed. */
  readonly lines: readonly string[];
  kill(): Promise<void>;
}

/** @throws {Error} when it ends instead of listening */
export async function startSmppProcess(
  app: CarrierApp,
  smsc: Smsc,
  more: Readonly<Record<string, string>> = {},
  file = 'dist/gateway/main.js',
): Promise<SmppProcess> {
  const { server, caPath } = app.certificates;
  const before = smsc.binds.length;
  const child = fork(file, [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: caPath,
      GATEWAY_APP: app.origin,
      GATEWAY_SECRET: Buffer.alloc(32, 1).toString('base64'),
      GATEWAY_NAME: 'smtp.contoso.example',
      GATEWAY_TLS_KEY: server.key,
      GATEWAY_TLS_CERT: server.cert,
      GATEWAY_SUBMISSION_PORT: 'off',
      GATEWAY_BOUNCE_PORT: 'off',
      GATEWAY_ADDRESS: '127.0.0.1',
      GATEWAY_SMPP_SMSC: `smpp://127.0.0.1:${smsc.port}`,
      GATEWAY_SMPP_SYSTEM_ID: 'domicile',
      GATEWAY_SMPP_PASSWORD: 'placeholder',
      GATEWAY_SMPP_LISTEN: 'http://127.0.0.1:0',
      GATEWAY_SMPP_SECRETS: app.secret.toString('base64'),
      ...more,
    },
  });
  const lines: string[] = [];
  const listening = new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          const [, port] = /The gateway listens.* texts (\d+)\./.exec(line) ?? [];
          if (port !== undefined) {
            resolve(Number(port));
          }
        });
      }
    }
    child.once('exit', () => reject(new Error(`The gateway has ended:\n${lines.join('\n')}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  };
  const port = await listening;
  while (smsc.binds.length === before) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { child, port, lines, kill };
}
