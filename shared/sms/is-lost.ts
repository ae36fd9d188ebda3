// Whether a write came to nothing because somebody else had been quicker.
import { StorageConflict, StorageNotFound, StorageStale } from '../storage/index.js';

export function isLost(error: unknown): boolean {
  return error instanceof StorageStale || error instanceof StorageNotFound || error instanceof StorageConflict;
}
