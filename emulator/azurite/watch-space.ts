// Looks at the folder of a storage while it runs, so that it stops taking anything as long as what it has taken can still be
// written.
import { access, constants, stat, statfs } from 'node:fs/promises';
import type { DatabaseKeeper } from './keep-databases.js';

const everyMs = 500;
/** Beyond what the databases need to be written once more. */
const spareBytes = 8 * 1024 * 1024;

export function watchSpace(folder: string, { files }: DatabaseKeeper, onFailed: (reason: string) => void): void {
  const look = async (): Promise<void> => {
    const reason = await troubleOf(folder, files);
    if (reason !== undefined) {
      onFailed(reason);
    }
    setTimeout(() => void look(), everyMs).unref();
  };
  void look();
}

async function troubleOf(folder: string, files: ReadonlySet<string>): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const needed = spareBytes + (await bytesOf(files));
    const free = bavail * bsize;
    return free < needed ? `only ${inMebibytes(free)} MiB are free, ${inMebibytes(needed)} are needed` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A database is written beside its file and then takes its place. */
async function bytesOf(files: ReadonlySet<string>): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    bytes += (await stat(file)).size;
  }
  return bytes;
}

function inMebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
