// What composing makes: the app as its functions, the emulator around it and tests use it.
import type { AuditPort, Operation, Pipeline } from '../shared/api/index.js';
import type { CallbackKeys, SigningKeys } from '../shared/auth/index.js';
import type { Jobs } from '../shared/jobs/index.js';
import type { Passing } from '../shared/passing/index.js';
import type { Recordings } from '../shared/recording/index.js';
import type { ResidencyRecords } from '../shared/residency/index.js';
import type { TransactionCounter } from '../shared/storage/index.js';
import type { Capability } from './capability.js';
import type { HealthLook } from './health-look.js';
import type { RunningApp } from './running-app.js';

export interface ComposedApp extends RunningApp {
  readonly capabilities: readonly Capability[];
  readonly operations: readonly Operation[];
  readonly pipeline: Pipeline;
  readonly passing: Passing;
  /** What `GET /health` says. */
  readonly health: HealthLook;
  /** Whether somebody with these headers may know what is behind it: in the emulator, whose keys are public, everybody. */
  mayKnowHealth(header: (name: string) => string | undefined): Promise<boolean>;
  /** Who has done what that is written down. */
  readonly audit: AuditPort;
  readonly counter: TransactionCounter;
  readonly signingKeys: SigningKeys;
  /** How the geography calls itself in what it signs. */
  readonly issuer: string;
  readonly callbackKeys: CallbackKeys;
  readonly jobs: Jobs;
  readonly recordings: Recordings;
  readonly residency: ResidencyRecords;
  /** Begins to count what lies where; the record of the day is there when its job is done. */
  recordResidency(): Promise<void>;
  /** Removes what has expired; tells in one line what it did. */
  sweep(report?: (line: string) => void): Promise<void>;
  /** How long the oldest thing that is due has been due, ms. */
  overdueMs(): Promise<number>;
}
