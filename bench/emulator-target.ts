// The emulator as its users start it, one geography, over http.
import { startEmulator } from 'acs-domicile/emulator';
import { limits } from './adapter-target.js';
import { cpuMicrosOf } from './process-use.js';
import type { Target } from './target.js';

export async function startEmulatorTarget(): Promise<Target> {
  const emulator = await startEmulator({ geographies: ['europe'], ephemeral: true, limits });
  const [resource] = emulator.resources;
  const { europe } = emulator.ready.geographies;
  if (resource === undefined || europe === undefined) {
    throw new Error('The emulator started without its geography.');
  }
  return {
    setUp: 'emulator',
    origins: [resource.httpEndpoint.replace('localhost', '127.0.0.1')],
    accessKey: resource.accessKey,
    storage: europe.storage,
    freshStorage: () => emulator.reset(),
    mailSender: async () => emulator.resources[0]?.mailSender ?? '',
    usage: async () => ({
      cpuMicros: await cpuMicrosOf(europe.pid),
      azuriteMicros: undefined,
      counts: undefined,
    }),
    stop: () => emulator.dispose(),
  };
}
