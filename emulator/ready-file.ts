// The ready file: how a script learns that the emulator answers, and where.
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReadyFile } from './contract.js';
import { makeFolders } from '../cli/make-folders.js';
import { EmulatorError } from './emulator-error.js';
import { reasonOf } from '../cli/reason-of.js';
import { createFileAtomically, writeFileAtomically } from '../cli/write-file-atomically.js';

/** Removes what an earlier emulator wrote, and finds out now rather than at the end whether the file can be written. */
export async function prepareReadyFile(path: string): Promise<void> {
  const probe = `${path}.${process.pid}.probe`;
  try {
    await makeFolders(dirname(path));
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

/** When the emulator has stopped, nobody must take it for running. A file of another emulator stays. */
export async function removeReadyFile(path: string): Promise<void> {
  try {
    const { pid } = JSON.parse(await readFile(path, 'utf8')) as Partial<ReadyFile>;
    if (pid === process.pid) {
      await rm(path, { force: true });
    }
  } catch {
    // It is gone, or is something else by now.
  }
}
