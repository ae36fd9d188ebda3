// The types that the capabilities have declared, by name: what waits as a row names its type, and is told by what that says
// when it is told.
import { isEventName } from './event-name.js';
import type { EventType } from './model.js';

export class EventTypes {
  readonly #byName = new Map<string, EventType>();

  /** @throws {Error} for a name that no event of ACS has, or that another type has */
  learn(types: readonly EventType[]): void {
    for (const type of types) {
      const present = this.#byName.get(type.name);
      if (!isEventName(type.name) || (present !== undefined && present !== type)) {
        throw new Error(`Event type ${type.name} is none of ACS, or declared twice.`);
      }
      this.#byName.set(type.name, type);
    }
  }

  find(name: string): EventType | undefined {
    return this.#byName.get(name);
  }

  get all(): readonly EventType[] {
    return [...this.#byName.values()];
  }
}
