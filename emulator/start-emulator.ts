// The library's entry.
import type { Emulator, EmulatorOptions } from './contract.js';
import { runEmulator } from './emulator-run.js';

/**
 * Starts Domicile on this machine: two geographies, each with its own storage, on free ports, unless asked otherwise.
 *
 * @throws {EmulatorError} when it cannot start; nothing is left running then
 * @example
 * await using emulator = await startEmulator({ ephemeral: true });
 * const [resource] = emulator.resources;
 * const client = new CommunicationIdentityClient(resource.connectionString, emulator.clientOptions);
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const run = runEmulator(options);
  const log = options.log;
  if (log !== undefined) {
    void run.failed.then(({ message }) => log(message));
  }
  return await run.started;
}
