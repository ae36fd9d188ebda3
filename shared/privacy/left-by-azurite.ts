// What the storage of the emulator keeps of what is erased there. Azurite appends blobs and queue messages to extent files
// of up to 64 MiB and deletes a file only when nothing in it is referred to any more and it is no longer written to; its
// collector looks every ten minutes of real time (every minute for queues), and moves nothing out of a file to free it.
import type { StoreRemainder } from './receipt.js';

export const leftByAzurite: readonly StoreRemainder[] = [
  {
    store: 'emulator',
    what: 'Bytes of deleted images, recordings and archives in the extent files of Azurite, which nothing refers to any more',
    why: 'The emulator keeps blobs and queue messages in files that its storage, Azurite, frees as a whole or not at all: such bytes stay until everything in the same file is deleted and the file is full, or the data folder is removed. Storage in Azure does not do that.',
  },
];
