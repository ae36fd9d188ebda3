// Events that the topic has taken. Azure's forgets them by itself, and nobody can look into it; the emulator's broker keeps
// them for tests, and lets a person's be found and taken out.
import type { ExportItem, PersonalIdentifier, Remainder } from '../data-map/index.js';
import type { WireEvent } from './event-settings.js';
import type { EventTypes } from './event-types.js';
import { exportedEvent } from './exported-event.js';
import { mentions, othersIn } from './mentions.js';

const dayMs = 24 * 60 * 60_000;

/** What the broker offers of its log. */
export interface EventLog {
  /** Events of a resource, oldest first. */
  list(resource: string): Promise<readonly WireEvent[]>;
  /** @returns how many there were */
  remove(resource: string, ids: readonly string[]): Promise<number>;
}

export interface TakenEventsParts {
  /** undefined in Azure. */
  readonly log: EventLog | undefined;
  /** Whether events leave at all. */
  readonly isOn: boolean;
  readonly types: Pick<EventTypes, 'find'>;
  resourceNameOf(resourceId: string): Promise<string | undefined>;
}

export class TakenEvents {
  readonly #parts: TakenEventsParts;

  constructor(parts: TakenEventsParts) {
    this.#parts = parts;
  }

  async count(identifier: PersonalIdentifier, resourceId: string): Promise<number> {
    return (await this.#about(resourceId, identifier)).length;
  }

  async *exportItems(
    identifier: PersonalIdentifier,
    resourceId: string,
    includesReceived: boolean,
  ): AsyncGenerator<ExportItem> {
    for (const event of await this.#about(resourceId, identifier)) {
      const others = includesReceived ? othersIn(event, identifier) : [];
      yield { record: exportedEvent(this.#parts.types, event, identifier, includesReceived), others };
    }
  }

  async erase(identifier: PersonalIdentifier, resourceId: string): Promise<number> {
    return this.#remove(resourceId, await this.#about(resourceId, identifier));
  }

  async eraseResource(resourceId: string): Promise<number> {
    return this.#remove(resourceId, await this.#of(resourceId));
  }

  /** @param now product ms */
  remains(now: number): Remainder | undefined {
    const { log, isOn } = this.#parts;
    return log !== undefined || !isOn
      ? undefined
      : {
          what: 'Events about the person that the topic had taken before, until they are handed over',
          why: 'Nobody can take an event back from Event Grid. It forgets each within a day; what subscribers keep is theirs.',
          until: now + dayMs,
        };
  }

  async #of(resourceId: string): Promise<readonly WireEvent[]> {
    const { log, resourceNameOf } = this.#parts;
    const name = log && (await resourceNameOf(resourceId));
    return log === undefined || name === undefined ? [] : log.list(name);
  }

  async #about(resourceId: string, identifier: PersonalIdentifier): Promise<readonly WireEvent[]> {
    return (await this.#of(resourceId)).filter((event) => mentions(event, identifier));
  }

  async #remove(resourceId: string, events: readonly WireEvent[]): Promise<number> {
    const { log, resourceNameOf } = this.#parts;
    const name = log && (await resourceNameOf(resourceId));
    const ids = events.map(({ id }) => id);
    return log === undefined || name === undefined || ids.length === 0 ? 0 : log.remove(name, ids);
  }
}
