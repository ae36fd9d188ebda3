// What an entry point, or a test, hands to the composition beside the settings.
import type { Peers } from '../shared/passing/index.js';
import type { CallObserver } from '../shared/storage/index.js';
import type { Ids } from '../shared/time/ids.js';

export interface ComposeOptions {
  /** Told of failures that are ours, by the function's name; must not log anything of the request. */
  reportFailure(operationName: string, requestId: string, failure: unknown): void;
  readonly ids?: Ids;
  /** The other geographies, in place of those of the settings; for tests. */
  readonly peers?: Peers;
  /** How long an export waits until other processes have heard of it, real time in ms; for tests without any. */
  readonly hearingMs?: number;
  /** See each storage call, the outermost first; for tests. */
  readonly observers?: readonly CallObserver[];
}
