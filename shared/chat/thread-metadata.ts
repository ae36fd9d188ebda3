// Metadata as callers change it: keys that are sent are set, or removed by null (RFC 7396) or, as recorded from the service,
// by an empty value; the others stay.
import { Fault } from '../http/index.js';
import { chatFaults } from './faults.js';
import { maxMetadataBytes } from './limits.js';
import type { Metadata } from './model.js';

/** null takes all of it away. */
export type MetadataPatch = Readonly<Record<string, string | null>> | null;

export function patchMetadata(before: Metadata, patch: MetadataPatch): Metadata {
  if (patch === null) {
    return {};
  }
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === '') {
      after.delete(key);
    } else {
      after.set(key, value);
    }
  }
  return Object.fromEntries(after);
}

/**
 * Who wrote each key, after somebody set or removed some.
 *
 * @param isKnown whether a key has this value already, by another's word that still counts
 */
export function authorsOf(
  patch: MetadataPatch,
  author: string,
  before: Metadata = {},
  isKnown: (key: string, value: string) => boolean = () => false,
): Metadata {
  if (patch === null) {
    return {};
  }
  const changes = Object.entries(patch).filter(([key, value]) => !value || !isKnown(key, value));
  return patchMetadata(before, Object.fromEntries(changes.map(([key, value]) => [key, value && author])));
}

/** @throws {Fault} 400 when metadata of a thread or a participant is over 1 KB */
export function requireSmallMetadata(metadata: Metadata | undefined): void {
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > maxMetadataBytes) {
    throw new Fault(chatFaults.metadataTooLarge, { target: 'metadata' });
  }
}
