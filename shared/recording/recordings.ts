// Recorded files: the media and a file of metadata beside it, which says who takes part and makes the media exist.
// Nobody opens a file from the second on at which its day is over; the sweep removes it.
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { EraseStep, PersonalIdentifier } from '../data-map/index.js';
import type { BlobDownload, Blobs, DueIndex } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { longestUploadMs, recordingLifeMs } from './limits.js';
import { dropRecordingKind, participantOf, type RecordingFile } from './model.js';

export interface RecordingsParts {
  readonly blobs: Blobs;
  readonly due: DueIndex;
  readonly clock: Clock;
  /** Takes back what was written about somebody who was erased meanwhile: `Burials.settle`. */
  settle(
    resourceId: string,
    about: readonly PersonalIdentifier[],
    since: number,
    undo: () => Promise<void>,
  ): Promise<boolean>;
}

export interface KeptRecording extends RecordingFile {
  /** Product ms. */
  readonly expiresOn: number;
}

const pageFiles = 100;

export class Recordings {
  readonly #parts: RecordingsParts;

  constructor(parts: RecordingsParts) {
    this.#parts = parts;
  }

  /**
   * Keeps a file. May be stopped anywhere and repeated: what is left without metadata is no file, and goes with its day.
   *
   * @returns false when its day is over already, or somebody in it was erased while it was stored; nothing is kept then
   */
  async store(resourceId: string, file: RecordingFile, content: Uint8Array | Readable): Promise<boolean> {
    const { blobs, due, clock, settle } = this.#parts;
    if (!/^[\w-]{1,64}$/.test(file.id)) {
      throw new Error('The id of a recorded file has a character that it must not.');
    }
    const now = clock.now();
    const expiresOn = file.completedOn + recordingLifeMs;
    if (now >= expiresOn) {
      return false;
    }
    // Not while this upload may be under way: what it writes after the sweep would stay.
    const dueMs = Math.ceil(Math.max(expiresOn, now + longestUploadMs));
    await due.add({ kind: dropRecordingKind, id: `${resourceId}~${file.id}`, dueMs });
    await blobs.upload(mediaName(resourceId, file.id), content, { contentType: file.contentType, createdOn: now });
    const facts = Buffer.from(JSON.stringify(file));
    await blobs.upload(factsName(resourceId, file.id), facts, { contentType: 'application/json', createdOn: now });
    const about = file.participants.map(participantOf);
    return settle(resourceId, about, file.completedOn, () => this.remove(resourceId, file.id));
  }

  /** What is known of a file; undefined when there is none, or its day is over. */
  async find(resourceId: string, id: string): Promise<KeptRecording | undefined> {
    const file = /^[\w-]{1,64}$/.test(id) ? await this.#read(factsName(resourceId, id)) : undefined;
    return file !== undefined && this.#parts.clock.now() < file.expiresOn ? file : undefined;
  }

  /** `count` bytes of the media from `offset`; undefined when there is none, or its day is over. */
  async open(resourceId: string, id: string, offset?: number, count?: number): Promise<BlobDownload | undefined> {
    if ((await this.find(resourceId, id)) === undefined) {
      return undefined;
    }
    return this.#parts.blobs.download(mediaName(resourceId, id), offset, count);
  }

  /** At most a hundred files of somebody; all of a resource are looked at, which are those of one day. */
  async page(
    resourceId: string,
    participant: string,
    continuation?: string,
  ): Promise<{ files: readonly KeptRecording[]; continuation?: string }> {
    const listed = await this.#parts.blobs.list(factsName(resourceId, ''), continuation, pageFiles);
    const files: KeptRecording[] = [];
    for (const name of listed.names) {
      const file = await this.#read(name);
      if (file?.participants.includes(participant)) {
        files.push(file);
      }
    }
    return { files, ...(listed.continuation !== undefined && { continuation: listed.continuation }) };
  }

  /** All files of somebody. */
  async *allOf(resourceId: string, participant: string): AsyncGenerator<KeptRecording> {
    for await (const name of this.#parts.blobs.names(factsName(resourceId, ''))) {
      const file = await this.#read(name);
      if (file?.participants.includes(participant)) {
        yield file;
      }
    }
  }

  async remove(resourceId: string, id: string): Promise<void> {
    const { blobs } = this.#parts;
    await blobs.discard(mediaName(resourceId, id));
    // Last: until it is gone the media is found.
    await blobs.remove(factsName(resourceId, id));
  }

  /** Removes every file of a resource that is deleted, a hundred at a time. */
  async removeAllOf(resourceId: string): Promise<EraseStep> {
    const { blobs } = this.#parts;
    const { names, continuation } = await blobs.list(`${resourceId}/`, undefined, pageFiles);
    for (const name of names) {
      await blobs.discard(name);
    }
    return continuation === undefined ? { erased: names.length } : { erased: names.length, cursor: 'more' };
  }

  /** Due work: removes a file whose day is over. */
  async drop(dueId: string): Promise<boolean> {
    const [resourceId = '', id = ''] = dueId.split('~');
    if ((await this.find(resourceId, id)) !== undefined) {
      return false;
    }
    await this.remove(resourceId, id);
    return true;
  }

  async #read(name: string): Promise<KeptRecording | undefined> {
    const blob = await this.#parts.blobs.download(name);
    if (blob === undefined) {
      return undefined;
    }
    const file = (await json(blob.content)) as RecordingFile;
    return { ...file, expiresOn: file.completedOn + recordingLifeMs };
  }
}

function mediaName(resourceId: string, id: string): string {
  return `${resourceId}/media/${id}`;
}

function factsName(resourceId: string, id: string): string {
  return `${resourceId}/metadata/${id}`;
}
