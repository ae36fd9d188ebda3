// One emulator a data folder, and a dead one's lock is taken over.
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../emulator/data-folder.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-data-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is refused to a second emulator of the same process until the first lets it go', async () => {
    const first = await openDataFolder(folder);
    await expect(openDataFolder(folder)).rejects.toThrow(/^Another emulator/);
    await first.release();
    await (await openDataFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not held by what an earlier version has left: a process id, or a link to nowhere', async () => {
    await writeFile(join(folder, 'emulator.lock'), `${process.pid}\n`);
    await (await openDataFolder(folder)).release();
    await symlink('/nowhere/lock', join(folder, 'emulator.lock'));
    await (await openDataFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that leads to nowhere is refused', async () => {
    const link = join(folder, 'link');
    await symlink('/nowhere/folder', link);
    await expect(openDataFolder(link)).rejects.toThrow(/^The data folder .* cannot be used \(.*EEXIST/);
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
