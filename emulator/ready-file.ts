// The ready file: how a script learns that the emulator answers, and where.
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReadyFile } from './contract.js';
import { EmulatorError } from './emulator-error.js';
import { reasonOf } from '../cli/reason-of.js';
import { createFileAtomically, writeFileAtomically } from '../cli/write-file-atomically.js';

/** Removes what an earlier emulator wrote, and finds out now rather than at the end whether the file can be written. */
export async function prepareReadyFile(path: string): Promise<void> {
  const probe = `${path}.${process.pid}.probe`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    await createFileAtomically(probe, '', { mode: 0o600 });
    await rm(probe);
  } catch (error) {
    throw new EmulatorError(`The ready file ${path} cannot be written (${reasonOf(error)}); choose another path.`);
  }
}

/** Readable by its owner only: it holds keys. */
export function writeReadyFile(path: string, ready: ReadyFile): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(ready, undefined, 2)}\n`, { mode: 0o600 });
}
