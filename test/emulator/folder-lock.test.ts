// A folder has one user at a time, whoever asks from wherever, and a dead one does not keep it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderInUse, type FolderLock, lockFolder } from '../../emulator/folder-lock.js';

const compiled = pathToFileURL(join(process.cwd(), 'dist/emulator/folder-lock.js')).href;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
  await rm(folder, { recursive: true, force: true });
});

/** @param under a program that is to run it @returns what it said first */
async function askElsewhere(under: readonly string[] = []): Promise<{ said: string; child: ChildProcess }> {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(compiled)});
    lockFolder(${JSON.stringify(folder)}, 'emulator').then(
      () => { console.log('held by ' + process.pid); setInterval(() => undefined, 1000); },
      (error) => console.log(error.message));`;
  const [program = '', ...args] = [...under, process.execPath, '--input-type=module', '-e', script];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const said = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return { said, child };
}

const gone = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['-pfn', '--kill-child', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('The lock of a folder', () => {
  it('goes to exactly one of many that ask at once, and to the next when that lets it go', async () => {
    for (let round = 0; round < 5; round += 1) {
      const asked = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder, 'emulator')));
      const held = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(held).toHaveLength(1);
      for (const one of asked) {
        expect(one.status === 'fulfilled' || one.reason instanceof FolderInUse).toBe(true);
      }
      await held[0]?.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('goes to exactly one of several processes', async () => {
    const said = (await Promise.all(Array.from({ length: 4 }, () => askElsewhere()))).map((one) => one.said);
    expect(said.filter((text) => text.startsWith('held'))).toHaveLength(1);
    expect(said.filter((text) => text.startsWith('in use by'))).toHaveLength(3);
  });

  it('says which process holds it, and is free when that was killed', async () => {
    const { said, child } = await askElsewhere();
    expect(said).toBe(`held by ${child.pid}`);
    await expect(lockFolder(folder, 'emulator')).rejects.toThrow(`in use by process ${child.pid} on `);
    child.kill('SIGKILL');
    await gone(child);
    await (await lockFolder(folder, 'emulator')).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('stays with a process that is stopped', async () => {
    const { child } = await askElsewhere();
    child.kill('SIGSTOP');
    await expect(lockFolder(folder, 'emulator')).rejects.toBeInstanceOf(FolderInUse);
  });

  it.skipIf(!canUnshare())('is seen from another container, where process ids and networks are others', async () => {
    const container = ['unshare', '-pfn', '--kill-child'];
    const { said } = await askElsewhere(container);
    expect(said).toBe('held by 1');
    expect((await askElsewhere(container)).said).toMatch(/^in use by process 1 on /);
    await expect(lockFolder(folder, 'emulator')).rejects.toThrow('in use by process 1 on ');
  });

  it('is one a kind', async () => {
    const locks: FolderLock[] = [await lockFolder(folder, 'emulator'), await lockFolder(folder, 'storage')];
    await expect(lockFolder(folder, 'storage')).rejects.toBeInstanceOf(FolderInUse);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  it('works in folders whose path is longer than an address of a socket', async () => {
    const deep = join(folder, 'a'.repeat(100), 'b'.repeat(100));
    await mkdir(deep, { recursive: true });
    const lock = await lockFolder(deep, 'emulator');
    expect(await readdir(deep)).toHaveLength(1);
    await expect(lockFolder(deep, 'emulator')).rejects.toBeInstanceOf(FolderInUse);
    await lock.release();
    expect(await readdir(deep)).toEqual([]);
  });

  it('passes over links to nowhere', async () => {
    await symlink('/nowhere/lock', join(folder, 'emulator-0123456789abcdef.lock'));
    await (await lockFolder(folder, 'emulator')).release();
    expect(await readdir(folder)).toEqual([]);
  });
});
