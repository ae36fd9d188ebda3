// One container: blobs by name, streamed both ways in bounded memory, with the errors of shared/storage.
import type { Readable } from 'node:stream';
import type { ContainerClient } from '@azure/storage-blob';
import { StorageNotFound, StorageUnavailable, toStorageError } from './storage-error.js';

export interface BlobProperties {
  readonly contentType: string | undefined;
  readonly sizeBytes: number;
  readonly etag: string;
  /** Product ms, when the writer said so. */
  readonly createdOn: number | undefined;
}

export interface BlobDownload extends BlobProperties {
  /** To be read to its end or destroyed, or its connection stays taken. */
  readonly content: Readable;
}

export interface BlobUploadOptions {
  readonly contentType?: string;
  /** Product ms; kept beside the blob, because the platform's own time never moves. */
  readonly createdOn?: number;
  /** Only over the blob with this ETag; null: only where there is none. */
  readonly over?: string | null;
  /** What of a stream is in memory at once: blocks of this size, two of them. Without it 16 MiB. */
  readonly blockBytes?: number;
}

export interface BlobPage {
  readonly names: readonly string[];
  /** Names where the next page starts; undefined after the last. */
  readonly continuation?: string;
}

/** Metadata of a blob are named by lower-case identifiers. */
const createdOnName = 'createdon';
/** Of a blob that is there only until its removal in a moment. */
const discardedName = 'discarded';
const uploadBlockBytes = 4 * 1_048_576;
const uploadBlocksInFlight = 4;
const smallBlocksInFlight = 2;
const maxPageBlobs = 1000;

export class Blobs {
  readonly #container: () => Promise<ContainerClient>;

  /** @param container asked for with every call */
  constructor(container: () => Promise<ContainerClient>) {
    this.#container = container;
  }

  /**
   * Writes a blob, whether or not it exists unless told otherwise; a stream goes up in blocks, as many of it in memory as
   * the options say, and becomes the blob with the last of them. An error of the stream comes back as it is.
   *
   * @throws {StorageStale} or {StorageConflict} when the blob is not the one that was to be overwritten
   */
  async upload(name: string, content: Uint8Array | Readable, options: BlobUploadOptions = {}): Promise<void> {
    const blob = (await whole(content, this.#container())).getBlockBlobClient(name);
    const settings = {
      blobHTTPHeaders: { blobContentType: options.contentType ?? 'application/octet-stream' },
      ...(options.createdOn !== undefined && { metadata: { [createdOnName]: String(Math.floor(options.createdOn)) } }),
      ...(options.over !== undefined && {
        conditions: options.over === null ? { ifNoneMatch: '*' } : { ifMatch: options.over },
      }),
    };
    try {
      await guarded('write', async () => {
        if (content instanceof Uint8Array) {
          await blob.upload(content, content.byteLength, settings);
        } else {
          const { blockBytes } = options;
          const inFlight = blockBytes === undefined ? uploadBlocksInFlight : smallBlocksInFlight;
          await blob.uploadStream(content, blockBytes ?? uploadBlockBytes, inFlight, settings);
        }
      });
    } catch (error) {
      // Where the content itself broke off, that is the failure, not what storage made of it.
      throw content instanceof Uint8Array ? error : (content.errored ?? error);
    }
  }

  /** A blob, or `count` bytes of it from `offset`; undefined when there is none. */
  async download(name: string, offset = 0, count?: number): Promise<BlobDownload | undefined> {
    return unlessMissing(async () => {
      const response = await (await this.#container()).getBlobClient(name).download(offset, count);
      const content = response.readableStreamBody;
      if (isDiscarded(response)) {
        (content as Readable | undefined)?.destroy();
        return undefined;
      }
      if (!content) {
        throw new StorageUnavailable('Storage answered a download without content.');
      }
      return { ...toProperties(response), content: content as Readable };
    });
  }

  async properties(name: string): Promise<BlobProperties | undefined> {
    return unlessMissing(async () => {
      const response = await (await this.#container()).getBlobClient(name).getProperties();
      return isDiscarded(response) ? undefined : toProperties(response);
    });
  }

  /** Removes a blob with its snapshots; already gone is fine. */
  async remove(name: string): Promise<void> {
    const blob = (await this.#container()).getBlobClient(name);
    await guarded('write', () => blob.deleteIfExists({ deleteSnapshots: 'include' }));
  }

  /**
   * Removes a blob, also what an upload that was broken off has left: its blocks are no blob yet and cannot be deleted,
   * but an empty blob in their place puts them away. Whoever reads in between finds nothing.
   */
  async discard(name: string): Promise<void> {
    const blob = (await this.#container()).getBlockBlobClient(name);
    await guarded('write', () => blob.upload('', 0, { metadata: { [discardedName]: '1' } }));
    await this.remove(name);
  }

  /**
   * One page of names that start with `prefix`, in order, in one storage transaction; 1,000 of them at most. A name may be
   * that of an upload that is under way or was broken off: {@link discard} removes that too, reading finds nothing.
   */
  async list(prefix: string, continuation?: string, maxPageSize = maxPageBlobs): Promise<BlobPage> {
    return guarded('read', async () => {
      const pages = (await this.#container()).listBlobsFlat({ prefix, includeUncommitedBlobs: true }).byPage({
        maxPageSize,
        ...(continuation === undefined ? {} : { continuationToken: continuation }),
      });
      const { value } = await pages.next();
      const names = (value?.segment.blobItems ?? []).map((item: { name: string }) => item.name);
      return value?.continuationToken ? { names, continuation: value.continuationToken } : { names };
    });
  }

  /** The same name by name, each page read when it is wanted. */
  async *names(prefix: string): AsyncGenerator<string> {
    let continuation: string | undefined;
    do {
      const page: BlobPage = await this.list(prefix, continuation);
      yield* page.names;
      continuation = page.continuation;
    } while (continuation !== undefined);
  }
}

/**
 * Waits for the client, and hears meanwhile when a content breaks off: a stream that has ended never says so again to
 * whoever would read it.
 */
async function whole<Client>(content: Uint8Array | Readable, client: Promise<Client>): Promise<Client> {
  if (content instanceof Uint8Array) {
    return client;
  }
  const heard = () => undefined;
  content.once('error', heard);
  const opened = await client;
  content.off('error', heard);
  if (content.destroyed) {
    throw content.errored ?? new Error('The content was given up before it was read.');
  }
  return opened;
}

function isDiscarded({ metadata }: { readonly metadata?: Record<string, string> }): boolean {
  return metadata?.[discardedName] !== undefined;
}

function toProperties(response: {
  contentType?: string;
  contentLength?: number;
  etag?: string;
  metadata?: Record<string, string>;
}): BlobProperties {
  const createdOn = response.metadata?.[createdOnName];
  return {
    contentType: response.contentType,
    sizeBytes: response.contentLength ?? 0,
    etag: response.etag ?? '',
    createdOn: createdOn === undefined ? undefined : Number(createdOn),
  };
}

async function guarded<Result>(intent: 'read' | 'write', call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw toStorageError(error, intent);
  }
}

async function unlessMissing<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await guarded('read', call);
  } catch (error) {
    if (error instanceof StorageNotFound) {
      return undefined;
    }
    throw error;
  }
}
