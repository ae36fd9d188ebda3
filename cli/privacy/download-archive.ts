// Downloads an archive into a file; what an earlier run has is kept, and only the rest is asked for (Range). The file
// gets its name when its hash is right.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import { isErrorCode } from '../write-file-atomically.js';
import { reachError } from '../resources/reach-error.js';
import type { ResourceClient } from '../resources/resource-client.js';

export interface Archive {
  readonly sizeBytes: number;
  /** Hex, or base64 in either alphabet. */
  readonly sha256: string;
  readonly contentLocation: string;
}

const maxBreaks = 5;

/** @throws {CommandError} when it cannot be had whole, or is not what the resource says it is */
export async function downloadArchive(
  client: ResourceClient,
  archive: Archive,
  path: string,
  stopping: AbortSignal,
): Promise<void> {
  if ((await sizeOf(path)) === archive.sizeBytes && (await hasHash(path, archive.sha256))) {
    return;
  }
  const part = `${path}.part`;
  for (let breaks = 0; (await sizeOf(part)) !== archive.sizeBytes; breaks++) {
    try {
      await append(client, archive, part, stopping);
    } catch (error) {
      stopping.throwIfAborted();
      if (error instanceof CommandError || breaks === maxBreaks) {
        throw asSentence(error, client);
      }
    }
  }
  if (!(await hasHash(part, archive.sha256))) {
    await rm(part, { force: true });
    throw new CommandError(
      `The archive from ${client.access.label} arrived damaged (its SHA-256 differs) and was removed.`,
    );
  }
  await rename(part, path);
}

async function append(
  client: ResourceClient,
  { sizeBytes, contentLocation }: Archive,
  part: string,
  signal: AbortSignal,
): Promise<void> {
  const have = (await sizeOf(part)) ?? 0;
  if (have > sizeBytes) {
    await rm(part, { force: true });
  }
  const start = have > sizeBytes ? 0 : have;
  const headers: Record<string, string> = start === 0 ? {} : { range: `bytes=${start}-` };
  const answer = await client.send('GET', contentLocation, { headers, signal });
  const isRest = answer.status === 206 && answer.headers.get('content-range')?.startsWith(`bytes ${start}-`) === true;
  const file = await open(part, isRest ? 'a' : 'w', 0o600);
  try {
    await writeAll(file, answer, sizeBytes - (isRest ? start : 0), client.access.label);
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, answer: Response, maxBytes: number, label: string): Promise<void> {
  let bytes = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new CommandError(`The archive from ${label} is longer than it said; run this again.`);
    }
    await file.write(chunk);
  }
  if (bytes < maxBytes) {
    throw new Error('The connection ended before the archive did.');
  }
}

async function hasHash(path: string, sha256: string): Promise<boolean> {
  const hasher = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hasher.update(chunk as Buffer);
  }
  const expected = Buffer.from(sha256, /^[0-9a-f]{64}$/i.test(sha256) ? 'hex' : 'base64');
  return hasher.digest().equals(expected);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

function asSentence(error: unknown, { access }: ResourceClient): CommandError {
  return error instanceof CommandError ? error : reachError(access.label, error);
}
