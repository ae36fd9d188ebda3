// The port to whoever takes events: Event Grid in Azure, the emulator's broker on a laptop.
import type { WireEvent } from './event-settings.js';

/** Not now: the request may be made again, and of what was in it something may have been taken. */
export class TopicUnavailable extends Error {
  override readonly name = 'TopicUnavailable';
}

/** Never: there is something in the request that will not be taken. */
export class EventsRefused extends Error {
  override readonly name = 'EventsRefused';
  /** HTTP status. */
  readonly status: number;

  constructor(status: number) {
    super(`Events were refused with ${status}.`);
    this.status = status;
  }
}

export interface Topic {
  /**
   * Takes events of one resource, in one request.
   *
   * @param resource name of the resource: it becomes the topic of the events
   * @throws {TopicUnavailable} {EventsRefused}
   */
  send(resource: string, events: readonly WireEvent[], signal?: AbortSignal): Promise<void>;
}
