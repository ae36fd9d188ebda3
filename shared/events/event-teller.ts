// Tells events to the topic: of one resource, by its settings, in requests of at most 1 MB. What the topic will never take
// goes to the dead letters, so that nothing behind it waits for it.
import type { EventSettings } from '../geography/index.js';
import { toIso } from '../time/instant.js';
import { tells, tellsAnything, toWire, type WireEvent } from './event-settings.js';
import type { RaisedEvent } from './model.js';
import { splitByBytes } from './split-by-bytes.js';
import { EventsRefused, type Topic } from './topic.js';

/** A resource as events see it. */
export interface TellingResource {
  readonly name: string;
  readonly settings: EventSettings;
}

export interface EventTellerParts {
  readonly topic: Topic;
  /** undefined when there is no such resource any more: then nothing is told of it. From memory where possible. */
  resourceOf(resourceId: string): TellingResource | undefined | Promise<TellingResource | undefined>;
  /** Keeps what the topic will never take. */
  keepDeadLetter(resource: string, event: WireEvent, reason: string): Promise<void>;
}

export class EventTeller {
  readonly #parts: EventTellerParts;

  constructor(parts: EventTellerParts) {
    this.#parts = parts;
  }

  /** undefined when the resource tells nothing, or is gone. */
  async resource(resourceId: string): Promise<TellingResource | undefined> {
    const found = await this.#parts.resourceOf(resourceId);
    return found !== undefined && tellsAnything(found.settings) ? found : undefined;
  }

  /**
   * @param onRequest told after each request what was in it
   * @throws {TopicUnavailable} when some are not told
   */
  async tell(
    { name, settings }: TellingResource,
    events: Iterable<RaisedEvent>,
    onRequest: (told: readonly RaisedEvent[]) => unknown = () => undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    for (const request of splitByBytes(this.#wireOf(events, settings))) {
      await this.#send(
        name,
        request.map(({ wire }) => wire),
        signal,
      );
      await onRequest(request.map(({ event }) => event));
    }
  }

  *#wireOf(events: Iterable<RaisedEvent>, settings: EventSettings) {
    for (const event of events) {
      if (tells(settings, event.type.name)) {
        yield { event, wire: toWire(event, toIso(event.time), settings) };
      }
    }
  }

  /** One that will not be taken must not keep the others from being taken: halves, down to the one. */
  async #send(resource: string, events: readonly WireEvent[], signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#parts.topic.send(resource, events, signal);
    } catch (error) {
      const [only] = events;
      if (!(error instanceof EventsRefused) || only === undefined) {
        throw error;
      }
      if (events.length === 1) {
        await this.#parts.keepDeadLetter(resource, only, String(error.status));
        return;
      }
      const half = Math.ceil(events.length / 2);
      await this.#send(resource, events.slice(0, half), signal);
      await this.#send(resource, events.slice(half), signal);
    }
  }
}
