// Looks for marks in the files under a folder, byte by byte.
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createMarkFinder, type Hit } from './mark-finder.js';

export interface FileScan {
  readonly hits: readonly Hit[];
  readonly files: number;
  readonly bytes: number;
}

export interface FileScanOptions {
  /**
   * Only Azurite's table files. Its other files keep the bytes of deleted blobs and messages until a whole extent is
   * free, so what was deleted may still be found there.
   */
  readonly tablesOnly?: boolean;
}

const tableFile = /^__azurite_db_table__/;

export async function scanFiles(
  folder: string,
  marks: readonly string[],
  { tablesOnly = false }: FileScanOptions = {},
): Promise<FileScan> {
  const finder = createMarkFinder(marks);
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || (tablesOnly && !tableFile.test(entry.name))) {
      continue;
    }
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path);
    files += 1;
    finder.start(folder, key).write(key);
    const item = finder.start(folder, key);
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
      const content = chunk as Buffer;
      bytes += content.length;
      item.write(content);
    }
  }
  return { hits: finder.hits, files, bytes };
}
