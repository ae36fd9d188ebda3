// One API process: the composed app behind the adapter. Settings come from the environment, as in Azure.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { compose, type ComposedApp } from '../functions/compose.js';
import { readConfig } from '../functions/config.js';
import { reportFailure } from '../functions/report-failure.js';
import type { TransactionCounts } from '../shared/storage/index.js';
import { answerCalls } from './child-calls.js';
import { createHttpAdapter } from './http-adapter.js';
import { createSliceProfiler } from './slice-profiler.js';

const profileFolder = process.env['BENCH_PROFILE'];
const profiler = profileFolder === undefined ? undefined : await createSliceProfiler(profileFolder);
let composed: ComposedApp | undefined;

function app(): ComposedApp {
  if (composed === undefined) {
    throw new Error('the app is not composed yet');
  }
  return composed;
}

const server = createHttpAdapter(app);

const calls = {
  start: async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const name = process.env['DOMICILE_DEFAULT_RESOURCE'] ?? '';
    const hosts = JSON.stringify({ [`127.0.0.1:${port}`]: name });
    composed = await compose(readConfig({ ...process.env, DOMICILE_HOSTS: hosts }, true), { reportFailure });
    return { port };
  },
  /** Fresh tables; every process forgets what it knew of the old ones. */
  eraseEverything: async () => {
    await app().eraseEverything();
    app().dropCaches();
  },
  dropCaches: async () => app().dropCaches(),
  /** Makes somebody from whom mail can be sent. */
  mailSender: async () => {
    await app().seed();
    return (await app().defaultResource()).mailSender;
  },
  accessKey: async () => (await app().defaultResource()).accessKey,
  usage: async (moment: 'before' | 'after'): Promise<ApiUsage> => {
    if (moment === 'after') {
      await profiler?.end();
    } else {
      await profiler?.begin();
    }
    const { user, system } = process.cpuUsage();
    return { cpuMicros: user + system, counts: app().counter.snapshot() };
  },
};

export type ApiCalls = typeof calls;

export interface ApiUsage {
  readonly cpuMicros: number;
  readonly counts: TransactionCounts;
}

answerCalls(calls, async () => {
  server.closeAllConnections();
  server.close();
  await composed?.storage.close();
});
