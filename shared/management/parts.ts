// What the use cases of management are made of.
import type { KeyRing, ManagerCaller } from '../auth/index.js';
import type { GeographySlug } from '../geography/index.js';
import type { Jobs, Operations } from '../jobs/index.js';
import type { Peers } from '../passing/index.js';
import type { GroupStore, Hosts, RecordStore, ResourceDirectory } from '../resources/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';

export interface ManagementParts {
  readonly geography: GeographySlug;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyRing;
  readonly peers: Peers;
  readonly records: RecordStore;
  readonly directory: ResourceDirectory;
  readonly groups: GroupStore;
  readonly hosts: Hosts;
  readonly jobs: Pick<Jobs, 'add' | 'enqueue'>;
  readonly operations: Operations;
}

/** Who asks, and with what another geography can be asked in the same name. */
export interface Asker {
  readonly caller: ManagerCaller;
  readonly authorization: string | undefined;
  /** Scheme, host and port that the client addressed. */
  readonly origin: string;
  readonly apiVersion: string;
  readonly isForwarded: boolean;
  /** Monotonic time, ms. */
  readonly deadline: number;
}
