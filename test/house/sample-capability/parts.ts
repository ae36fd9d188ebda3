// What the use cases of the sample capability are made of.
import type { Burials } from '../../../shared/announcements/index.js';
import type { Outbox } from '../../../shared/deliveries/index.js';
import type { Jobs, Operations } from '../../../shared/jobs/index.js';
import type { DueIndex } from '../../../shared/storage/index.js';
import type { Clock } from '../../../shared/time/clock.js';
import type { Ids } from '../../../shared/time/ids.js';
import type { Post } from './post-note.js';
import type { NoteStore } from './store.js';

export interface SampleParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly due: DueIndex;
  readonly notes: NoteStore;
  readonly posts: Outbox<Post>;
  readonly jobs: Jobs;
  readonly operations: Operations;
  /** Takes back what was written about somebody who was deleted meanwhile; to be called after the last write. */
  readonly settle: Burials['settle'];
}
