// One emulator a data folder, and a dead one's lock is taken over.
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../emulator/data-folder.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-data-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const endedPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('the data folder', () => {
  it('is refused to a second emulator of the same process until the first lets it go', async () => {
    const first = await openDataFolder(folder);
    await expect(openDataFolder(folder)).rejects.toThrow(/^Another emulator/);
    await first.release();
    await (await openDataFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes to exactly one of many that find the lock of a dead process', async () => {
    await writeFile(join(folder, 'emulator.lock'), `${endedPid()}\n`);
    const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openDataFolder(folder)));
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readFile(join(folder, 'emulator.lock'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('is not held by an earlier process that had our own number, as in a container', async () => {
    await writeFile(join(folder, 'emulator.lock'), `${process.pid}\n`);
    await (await openDataFolder(folder)).release();
  });

  it('keeps how far the clock was moved', async () => {
    const first = await openDataFolder(folder);
    expect(first.clockOffsetMs).toBe(0);
    await first.saveClockOffset(-5);
    await first.release();
    const second = await openDataFolder(folder);
    expect(second.clockOffsetMs).toBe(-5);
    await second.release();
  });

  it('says which of its files is damaged', async () => {
    await writeFile(join(folder, 'emulator.json'), '{');
    await expect(openDataFolder(folder)).rejects.toThrow(/emulator\.json is damaged; remove it/);
    expect(await readdir(folder)).toEqual(['emulator.json']);
  });
});
