// The emulator's host with the two functions of front-app.ts.
import { fileURLToPath } from 'node:url';
import type { FunctionHost } from '../emulator/host/host.js';
import { startHost } from '../emulator/host/start-host.js';
import { readHostJson } from '../emulator/package.js';
import type { RunningApp } from '../functions/running-app.js';
import { createClock } from '../shared/time/clock.js';
import { answerCalls } from './child-calls.js';

let host: FunctionHost | undefined;

const calls = {
  start: async ({ key, cert }: { readonly key: string; readonly cert: string }) => {
    const name = process.env['DOMICILE_DEFAULT_RESOURCE'] ?? '';
    host = await startHost({
      entry: fileURLToPath(new URL('front-app.js', import.meta.url)),
      hostJson: await readHostJson(),
      ports: [0],
      tls: { key, cert },
      reencodePaths: false,
      runsTimers: true,
      clock: createClock(),
      settings: ([port]) => ({
        DOMICILE_HOSTS: JSON.stringify({ [`127.0.0.1:${port}`]: name, [`localhost:${port}`]: name }),
      }),
      log: () => undefined,
    });
    const app = host.app['running'] as RunningApp;
    await app.provision();
    const { accessKey } = await app.defaultResource();
    return { port: host.ports[0] ?? 0, accessKey };
  },
};

export type FrontCalls = typeof calls;

answerCalls(calls, async () => await host?.close(1_000));
