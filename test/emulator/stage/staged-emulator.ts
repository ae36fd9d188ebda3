// An emulator of the function app beside this file.
import { fileURLToPath } from 'node:url';
import type { Emulator, EmulatorOptions } from 'acs-domicile/emulator';
import { runEmulator } from '../../../dist/emulator/emulator-run.js';

/** Two geographies with two processes each, unless asked otherwise. */
export async function startStagedEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const entry = fileURLToPath(new URL('staged-app.mjs', import.meta.url));
  const geographies = ['europe', 'switzerland'] as const;
  return await runEmulator({ ephemeral: true, geographies, instances: 2, ...options }, entry).started;
}
