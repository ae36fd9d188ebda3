// Images of a thread: streamed to and from a blob; a row beside the thread's log says whose it is and makes it exist.
import type { Readable } from 'node:stream';
import { figure } from '../budgets/index.js';
import { Fault } from '../http/index.js';
import {
  couldReadAt,
  lookBeforeRefusing,
  onReadThread,
  type ReadAccess,
  requireMember,
  requireReader,
} from './access.js';
import { chatFaults } from './faults.js';
import { imageBlobName, imageIdForm, imagePrefix } from './image-names.js';
import { imageBytesColumn, requireImageQuota } from './image-quota.js';
import { maxImageBytes } from './limits.js';
import {
  changingOwnWords,
  type ChatParts,
  maxStateAgeMs,
  onThread,
  requireThread,
  type ThreadAccess,
} from './parts.js';
import type { AskedThread } from './thread-id.js';

/** What browsers show as an image and cannot run scripts. */
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** An upload that takes no longer than this is over before what removes images begins, a minute late; monotonic ms. */
const quickUploadMs = 30_000;

export interface Image {
  readonly content: Readable;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/**
 * @param name the file's name, kept as the sender wrote it
 * @returns the image's id
 */
export async function uploadImage(
  parts: ChatParts,
  access: ThreadAccess,
  image: {
    readonly name: string | undefined;
    readonly contentType: string | undefined;
    readonly content: Readable;
    /** As far as the client has said it. */
    readonly sizeBytes?: number | undefined;
  },
): Promise<string> {
  const thread = requireThread(access);
  await lookBeforeRefusing(parts, thread, access, async () => ({ state: await parts.threads.state(thread.key, 0) }));
  const state = await onThread(() => parts.threads.state(thread.key, maxStateAgeMs));
  requireMember(parts, state, thread, access);
  const { name } = image;
  const contentType = image.contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (name === undefined || name === '' || name.length > 255) {
    throw new Fault(chatFaults.missingFileName);
  }
  if (!imageTypes.has(contentType)) {
    throw new Fault(chatFaults.notAnImage);
  }
  const { sizeBytes = maxImageBytes } = image;
  await onThread(() => requireImageQuota(parts, thread.key, access.caller.rawId, sizeBytes));
  const id = parts.ids.uuid();
  const began = parts.clock.monotonic();
  const blobName = imageBlobName(thread.key, id);
  // The row first: a stop in between leaves a row without an image. A blob without a row would be nobody's, and no
  // erasure of a person would find it.
  const row = {
    owner: access.caller.rawId,
    resource: thread.resourceId,
    name,
    at: parts.clock.now(),
    [imageBytesColumn]: sizeBytes,
  };
  await parts.threads.writeBeside(thread.key, imagePrefix + id, row);
  try {
    await parts.images.upload(blobName, image.content, { contentType, blockBytes: figure('uploadBlock') });
    if (image.sizeBytes === undefined) {
      const known = (await parts.images.properties(blobName))?.sizeBytes ?? sizeBytes;
      await parts.threads.writeBeside(thread.key, imagePrefix + id, { ...row, [imageBytesColumn]: known });
    }
    if (parts.clock.monotonic() - began > quickUploadMs) {
      await requireStillAllowed(parts, access, thread);
    }
  } catch (error) {
    await parts.images.discard(blobName);
    await parts.threads.removeBeside(thread.key, imagePrefix + id);
    throw error;
  }
  return id;
}

/**
 * The thread may have been deleted, or the sender, while a slow client was still sending, and what removes their images
 * may have passed by. What begins after this look, which is a minute behind its cause, finds the image.
 *
 * @throws {Fault} when the thread is gone, or the sender no participant any more
 */
async function requireStillAllowed(parts: ChatParts, access: ThreadAccess, thread: AskedThread): Promise<void> {
  const state = await onThread(() => parts.threads.state(thread.key, 0));
  requireMember(parts, state, thread, access);
  if (await parts.wasDeleted(access.resource.immutableId, access.caller.rawId)) {
    throw new Fault(chatFaults.notAParticipant);
  }
}

/**
 * Who has left still reads the images of the history that is theirs.
 *
 * @throws {Fault} 404 when the thread has no such image, or none that the caller may see
 */
export async function viewImage(parts: ChatParts, access: ThreadAccess, imageId: string): Promise<Image> {
  const thread = requireThread(access);
  const { owner, at, reader } = await requireImage(parts, access, imageId);
  if (parts.isHidden({ kind: 'identity', rawId: owner }) || !couldReadAt(reader, at)) {
    throw new Fault(chatFaults.imageNotFound);
  }
  const blob = await parts.images.download(imageBlobName(thread.key, imageId));
  if (blob === undefined) {
    throw new Fault(chatFaults.imageNotFound);
  }
  const { content, contentType = 'application/octet-stream', sizeBytes } = blob;
  return { content, contentType, sizeBytes };
}

/** One's own, also after one has left. @throws {Fault} 403 when another sent it, 404 when the thread has no such image */
export async function deleteImage(parts: ChatParts, access: ThreadAccess, imageId: string): Promise<void> {
  const thread = requireThread(access);
  const { owner } = await requireImage(parts, access, imageId);
  if (owner !== access.caller.rawId) {
    throw new Fault(chatFaults.notTheSender);
  }
  await changingOwnWords(parts, access, thread, async () => {
    // The row last: until it is gone the call can be repeated.
    await parts.images.remove(imageBlobName(thread.key, imageId));
    await parts.threads.removeBeside(thread.key, imagePrefix + imageId);
  });
}

async function requireImage(
  parts: ChatParts,
  access: ThreadAccess,
  imageId: string,
): Promise<{ owner: string; at: number; reader: ReadAccess }> {
  const thread = requireThread(access);
  if (!imageIdForm.test(imageId)) {
    throw new Fault(chatFaults.imageNotFound);
  }
  const [state, row] = await onReadThread(parts, thread, access, () =>
    Promise.all([parts.threads.state(thread.key, 0), parts.threads.beside(thread.key, imagePrefix + imageId)]),
  );
  const reader = await requireReader(parts, state, thread, access);
  if (row === undefined) {
    throw new Fault(chatFaults.imageNotFound);
  }
  return { owner: String(row['owner']), at: Number(row['at']), reader };
}
