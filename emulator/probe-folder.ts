// Whether what is written into a folder stays there, tried out: permissions alone do not say it.
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const probeBytes = 256 * 1024;

/** @throws the system's error when the folder does not keep a file of 256 KiB */
export async function probeFolder(folder: string): Promise<void> {
  const path = join(folder, `probe-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(Buffer.alloc(probeBytes, 1));
      // A full disk may be noticed only now.
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
