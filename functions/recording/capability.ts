// Recorded files of calls: kept for a day.
import { bind } from '../../shared/data-map/index.js';
import { Recordings, recordings } from '../../shared/recording/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';

export function recordingCapability({
  storage,
  due,
  clock,
  burials,
}: Foundation): Capability & { recordings: Recordings } {
  const kept = new Recordings({
    blobs: storage.blobs(recordings),
    due,
    clock,
    settle: (resourceId, about, since, undo) => burials.settle(resourceId, about, since, undo),
  });
  return { name: 'recording', stores: [bind(recordings, kept)], operations: [], recordings: kept };
}
