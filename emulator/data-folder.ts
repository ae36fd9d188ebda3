// The emulator's folder: one emulator at a time, and the little it keeps itself.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../cli/make-folders.js';
import { EmulatorError } from './emulator-error.js';
import { startCommand } from '../cli/own-command.js';
import { reasonOf } from '../cli/reason-of.js';
import { isErrorCode, writeFileAtomically } from '../cli/write-file-atomically.js';
import { FolderInUse, type FolderLock, lockFolder } from './folder-lock.js';
import { probeFolder } from './probe-folder.js';

export interface DataFolder {
  /** How far product time was ahead of real time when it was last moved, ms. */
  readonly clockOffsetMs: number;
  saveClockOffset(offsetMs: number): Promise<void>;
  /** Lets the next emulator have the folder. */
  release(): Promise<void>;
}

/** @throws {EmulatorError} when the folder cannot be written or another emulator uses it */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const statePath = join(folder, 'emulator.json');
  const lock = await takeFolder(folder);
  try {
    // By it earlier versions knew who used the folder.
    await rm(join(folder, 'emulator.lock'), { force: true });
    return {
      clockOffsetMs: await readClockOffset(statePath),
      saveClockOffset: (clockOffsetMs) => writeFileAtomically(statePath, `${JSON.stringify({ clockOffsetMs })}\n`),
      release: () => lock.release(),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function takeFolder(folder: string): Promise<FolderLock> {
  try {
    await makeFolders(folder, 0o700);
    await probeFolder(folder);
    return await lockFolder(folder, 'emulator');
  } catch (error) {
    const other = `choose another (${startCommand()} --data DIR), or keep nothing (${startCommand()} --ephemeral)`;
    if (error instanceof FolderInUse) {
      throw new EmulatorError(`Another emulator (${error.owner}) uses the data folder ${folder}; stop it, ${other}.`);
    }
    throw new EmulatorError(`The data folder ${folder} cannot be used (${reasonOf(error)}); ${other}.`);
  }
}

async function readClockOffset(statePath: string): Promise<number> {
  const text = await readIfThere(statePath);
  if (text === undefined) {
    return 0;
  }
  try {
    const { clockOffsetMs } = JSON.parse(text) as { clockOffsetMs: unknown };
    if (typeof clockOffsetMs === 'number' && Number.isSafeInteger(clockOffsetMs)) {
      return clockOffsetMs;
    }
  } catch {
    // Said below.
  }
  throw new EmulatorError(`${statePath} is damaged; remove it to start at the real time.`);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}
