// A zip whose bytes follow from its contents alone: entries in the order of their paths, one fixed time, fixed rights.
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** The first moment that a zip can hold; written as local time, so it is the same everywhere. */
const fixedTime = new Date(1980, 0, 1);

/** Azure mounts the zip as a file system: a file without the right to be read stays invisible to the host. */
const readableByAll = 0o100644;

export async function writeZip(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const path of [...files.keys()].toSorted(byCodeUnits)) {
    const content = files.get(path) ?? Buffer.alloc(0);
    zip.addBuffer(content, path, { mtime: fixedTime, mode: readableByAll, forceDosTimestamp: true });
  }
  zip.end();
  return buffer(zip.outputStream);
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
