// The images that a person sent to a thread, as they are handed out: named by what their bytes are, whatever they were
// called, so that nothing that is no image opens as one, or as a page.
import type { Readable } from 'node:stream';
import type { ExportItem, ExportOptions } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { copiesEnd, stateOf } from './export-threads.js';
import { formOfImage, longestSignature } from './image-form.js';
import { imageBlobName, imagePrefix } from './image-names.js';
import { lifecycleOf } from './lifecycle.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { threadIdOf } from './thread-id.js';

export const imageFields: Readonly<Record<string, string>> = {
  threadId: 'Id of the thread that the image was sent to',
  name: 'Name of the file, as sent',
  sentOn: 'When the image was sent',
  form: 'What the file is by its content; when that is no image that chat takes, its name here ends in .bin',
};

const otherForm = { name: 'none of the forms of images that chat takes', extension: '.bin' };

export async function* exportImages(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  { readsFrom }: ExportOptions,
): AsyncGenerator<ExportItem> {
  await readsFrom(threadKey);
  let state: ThreadState | undefined;
  for await (const { rowKey, columns } of parts.threads.allBeside(threadKey, imagePrefix)) {
    if (columns['owner'] !== rawId) {
      continue;
    }
    state ??= await stateOf(parts, threadKey);
    const now = parts.clock.now();
    if (state === undefined || lifecycleOf(state, now).stage === 'deleted') {
      return;
    }
    const keptUntil = copiesEnd(state, now);
    const imageId = rowKey.slice(imagePrefix.length);
    const blobName = imageBlobName(threadKey, imageId);
    const { name: form, extension } = formOfImage(await firstBytes(parts, blobName)) ?? otherForm;
    yield {
      record: {
        threadId: threadIdOf(threadKey, state),
        name: String(columns['name']),
        sentOn: toSeconds(Number(columns['at'])),
        form,
      },
      file: { name: `${imageId}${extension}`, open: () => openImage(parts, blobName) },
      ...(keptUntil !== undefined && { keptUntil }),
    };
  }
}

/** Nothing when the image is gone, or was never there. */
async function firstBytes(parts: ChatParts, blobName: string): Promise<Buffer> {
  // As a whole, because an empty one has no range; what is not read is not sent.
  const blob = await parts.images.download(blobName);
  let start: Buffer = Buffer.alloc(0);
  for await (const chunk of (blob?.content ?? []) as AsyncIterable<Buffer>) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= longestSignature) {
      break;
    }
  }
  return start;
}

async function openImage(parts: ChatParts, blobName: string): Promise<Readable | undefined> {
  return (await parts.images.download(blobName))?.content;
}
