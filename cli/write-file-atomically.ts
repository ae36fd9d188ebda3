// Files that other processes read are never seen half written.
import { randomBytes } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';

interface Options {
  /** Permissions of the file; default 0o644. */
  readonly mode?: number;
}

/** Replaces the file, or makes it. */
export async function writeFileAtomically(
  path: string,
  content: string,
  { mode = 0o644 }: Options = {},
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, content, { mode, flag: 'wx' });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Makes the file unless it exists; says whether it did. Of two processes exactly one does. */
export async function createFileAtomically(
  path: string,
  content: string,
  { mode = 0o644 }: Options = {},
): Promise<boolean> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, content, { mode, flag: 'wx' });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) {
      return false;
    }
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

export function isErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}
