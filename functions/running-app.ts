// What the composed app offers to the emulator around it.
import type { BoundStore } from '../shared/data-map/index.js';
import type { Storage } from '../shared/storage/index.js';
import type { World } from '../shared/passing/index.js';
import type { PortOpener } from '../shared/resources/index.js';
import type { MovableClock } from '../shared/time/clock.js';
import type { StageAction } from './capability.js';

export interface RunningApp {
  readonly clock: MovableClock;
  readonly storage: Storage;
  /** The data map, opened, in the order of erasure. */
  readonly stores: readonly BoundStore[];
  /** Forgets everything cached in memory, so that the next request sees storage and the clock as they are. */
  dropCaches(): void;
  /**
   * Changes how often operations may be called, and forgets what was used up.
   *
   * @param profile `open`, `acs`, or an object of own figures by name on top of a `base`
   * @throws {Error} one sentence, when it is none of these; the figures in force stay
   */
  setLimits(profile: unknown): void;
  /** Takes what is said of the other geographies and of hosts, in place of what was said before. */
  meet(world: World): void;
  /** Gives each resource that was made by management a port of its own: those there are, and those to come. */
  openPortsWith(ports: PortOpener): Promise<void>;
  /** Creates every table, container and queue of the data map that does not exist yet. */
  provision(): Promise<void>;
  /** Makes what an emulator has from the start, and a deployment not: somebody from whom mail can be sent, and a phone number. */
  seed(): Promise<void>;
  /** Empties the geography: every table, container and queue is removed and made anew. */
  eraseEverything(): Promise<void>;
  /** The default resource with its key, the address that it can send mail from, and its number; the emulator prints them. */
  defaultResource(): Promise<{
    name: string;
    immutableId: string;
    accessKey: string;
    mailSender: string;
    phoneNumber: string;
  }>;
  /** Names of all resources of the geography that answer, the default one first. */
  resourceNames(): Promise<readonly string[]>;
  /** Keeps an event that no subscriber took, as Event Grid does it in Azure. */
  keepDeadLetter(resource: string, letter: object): Promise<void>;
  /** What a test can do, by capability. Empty in a deployed app. */
  readonly stage: Readonly<Record<string, readonly StageAction[]>>;
}
