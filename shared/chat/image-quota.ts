// How much a thread holds of images, in all and of one user: what is there already stands in the rows of the images, one
// query. Uploads that are under way at once may pass each other; a user has two of them at most.
import { figure } from '../budgets/index.js';
import { Fault } from '../http/index.js';
import { chatFaults } from './faults.js';
import { imagePrefix } from './image-names.js';
import type { ChatParts } from './parts.js';

/** Column of an image's row: its bytes, or what it may become while that is not known. */
export const imageBytesColumn = 'bytes';

/**
 * @param bytes of the image that is to come
 * @throws {Fault} 403 when it is too much for the thread, or for this user in it
 */
export async function requireImageQuota(
  { threads }: Pick<ChatParts, 'threads'>,
  threadKey: string,
  rawId: string,
  bytes: number,
): Promise<void> {
  const rows = await threads.listBeside(threadKey, imagePrefix, ['owner', imageBytesColumn]);
  const all = rows.map(({ columns }) => columns);
  const own = all.filter(({ owner }) => owner === rawId);
  const isTooMuch =
    all.length >= figure('imagesPerThread') ||
    own.length >= figure('imagesPerUser') ||
    bytesOf(all) + bytes > figure('imageBytesPerThread') ||
    bytesOf(own) + bytes > figure('imageBytesPerUser');
  if (isTooMuch) {
    throw new Fault(chatFaults.tooManyImages);
  }
}

/** Rows of earlier builds do not say how large their image is. */
function bytesOf(rows: readonly Readonly<Record<string, unknown>>[]): number {
  return rows.reduce((sum, row) => sum + Number(row[imageBytesColumn] ?? 0), 0);
}
