// Where the control plane of a running emulator is: as its ready file says, or at the default address.
import { readFile } from 'node:fs/promises';
import { CommandError } from '../../../cli/command-error.js';
import { startCommand } from '../../../cli/own-command.js';
import { reasonOf } from '../../../cli/reason-of.js';
import { localCaPath } from '../../certificates/local-certificates.js';
import type { ReadyFile } from '../../contract.js';
import { defaultPort } from '../arguments.js';

export interface RunningEmulator {
  /** Base address of the control plane. */
  readonly control: string;
  /** The CA certificate, PEM. */
  readonly ca: string;
}

/** @throws {CommandError} one sentence, when there is nothing to ask */
export async function findEmulator(readyFile: string | undefined): Promise<RunningEmulator> {
  if (readyFile !== undefined) {
    const { control, ca } = await readReadyFile(readyFile);
    return { control, ca: await readCa(ca) };
  }
  return { control: `https://localhost:${defaultPort}`, ca: await readCa(localCaPath()) };
}

async function readReadyFile(path: string): Promise<Pick<ReadyFile, 'control' | 'ca'>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(
      `The ready file cannot be read (${reasonOf(error)}); name the one that ${startCommand()} --ready-file FILE wrote.`,
    );
  }
  const { control, ca } = parse(text) as Partial<ReadyFile>;
  if (typeof control === 'string' && typeof ca === 'string' && /^https:\/\/localhost:\d+$/.test(control)) {
    return { control, ca };
  }
  throw new CommandError(`${path} is not the ready file of an emulator; name the one that it wrote.`);
}

function parse(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(
      `The CA certificate of the emulator cannot be read (${reasonOf(error)}); start an emulator, or name its ready file with --ready-file.`,
    );
  }
}
