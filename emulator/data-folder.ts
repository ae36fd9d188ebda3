// The emulator's folder: one emulator at a time, and the little it keeps itself.
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolders } from '../cli/make-folders.js';
import { EmulatorError } from './emulator-error.js';
import { startCommand } from '../cli/own-command.js';
import { reasonOf } from '../cli/reason-of.js';
import { createFileAtomically, isErrorCode, writeFileAtomically } from '../cli/write-file-atomically.js';

export interface DataFolder {
  /** How far product time was ahead of real time when it was last moved, ms. */
  readonly clockOffsetMs: number;
  saveClockOffset(offsetMs: number): Promise<void>;
  /** Notes a child process, so that whoever takes over after a crash can wait for its end. */
  noteChild(pid: number): Promise<void>;
  /** Lets the next emulator have the folder. */
  release(): Promise<void>;
}

/** Locks this process holds. Its own process id in a lock file says nothing: in containers it is always the same. */
const heldHere = new Set<string>();
const takeOverLimitMs = 5_000;

/** @throws {EmulatorError} when the folder cannot be written or another emulator uses it */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const lockPath = join(folder, 'emulator.lock');
  const statePath = join(folder, 'emulator.json');
  if (heldHere.has(lockPath)) {
    throw inUse(process.pid, folder, lockPath);
  }
  heldHere.add(lockPath);

  async function release(): Promise<void> {
    if (heldHere.delete(lockPath)) {
      await rm(lockPath, { force: true });
    }
  }

  try {
    await makeFolders(folder, 0o700);
    await lock(lockPath, folder);
  } catch (error) {
    heldHere.delete(lockPath);
    if (error instanceof EmulatorError) {
      throw error;
    }
    throw new EmulatorError(
      `The data folder ${folder} cannot be used (${reasonOf(error)}); choose another (${startCommand()} --data DIR), or keep nothing (${startCommand()} --ephemeral).`,
    );
  }
  try {
    return {
      clockOffsetMs: await readClockOffset(statePath),
      saveClockOffset: (clockOffsetMs) => writeFileAtomically(statePath, `${JSON.stringify({ clockOffsetMs })}\n`),
      noteChild: (pid) => appendFile(lockPath, `${pid}\n`),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function lock(lockPath: string, folder: string): Promise<void> {
  while (!(await createFileAtomically(lockPath, `${process.pid}\n`))) {
    const content = await readIfThere(lockPath);
    if (content === undefined) {
      continue;
    } // just released
    const [owner, ...children] = content.split('\n').map(Number).filter(Boolean);
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
      throw inUse(owner, folder, lockPath);
    }
    await takeOver(lockPath, content);
    await untilGone(children);
  }
}

function inUse(owner: number, folder: string, lockPath: string): EmulatorError {
  return new EmulatorError(
    `Another emulator (process ${owner}) uses the data folder ${folder}; stop it, choose another folder (${startCommand()} --data DIR), or, if that process is something else, remove ${lockPath}.`,
  );
}

/** Puts a dead emulator's lock aside. If a third process was faster, what we moved is its lock: it gets it back. */
async function takeOver(lockPath: string, expected: string): Promise<void> {
  const aside = `${lockPath}.${process.pid}`;
  try {
    await rename(lockPath, aside);
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) {
      return;
    }
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === expected) {
    await rm(aside);
  } else {
    await rename(aside, lockPath);
  }
}

/** The children of a killed emulator are about to end by themselves, and write their last data while they do. */
async function untilGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + takeOverLimitMs;
  while (pids.some(isAlive) && performance.now() < deadline) {
    await delay(20);
  }
}

/** A process that has ended but that nobody has waited for (containers without an init) is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !(existsSync('/proc/self/stat') && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch (error) {
    return isErrorCode(error, 'EPERM');
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
