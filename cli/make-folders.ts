// Makes a folder and those above it.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrorCode } from './write-file-atomically.js';

/**
 * Not `mkdir` with `recursive`: where the system knows no new folders, such as below /proc, that tries for ever.
 *
 * @param mode of the folders that are made
 */
export async function makeFolders(folder: string, mode = 0o777): Promise<void> {
  if (await isFolder(folder)) {
    return;
  }
  if (dirname(folder) !== folder) {
    await makeFolders(dirname(folder), mode);
  }
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    if (!isErrorCode(error, 'EEXIST') || !(await isFolder(folder))) {
      throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) {
      return false;
    }
    throw error;
  }
}
