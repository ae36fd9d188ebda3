// The newest events that the broker has taken, for looking and for telling again; the oldest go when there are too many.
import type { DeliveredEvent, EventFilter, LoggedEvent } from './model.js';
import { matches } from './matches.js';

const maxLoggedEvents = 10_000;
const maxLoggedBytes = 64 * 1_048_576;

export class EventLog {
  readonly #events = new Map<number, LoggedEvent & { readonly bytes: number }>();
  readonly #watchers = new Set<(logged: LoggedEvent) => void>();
  #bytes = 0;
  #last = 0;

  /** @returns the event as logged, and those that have gone for it */
  add(
    resource: string,
    event: DeliveredEvent,
  ): { readonly logged: LoggedEvent; readonly gone: readonly LoggedEvent[] } {
    this.#last += 1;
    const logged = { number: this.#last, resource, event };
    return { logged, gone: this.put(logged) };
  }

  /** Puts one back that was logged before. */
  put(logged: LoggedEvent): readonly LoggedEvent[] {
    const bytes = JSON.stringify(logged.event).length;
    this.#events.set(logged.number, { ...logged, bytes });
    this.#last = Math.max(this.#last, logged.number);
    this.#bytes += bytes;
    const gone: LoggedEvent[] = [];
    for (const oldest of this.#events.values()) {
      if (this.#events.size <= maxLoggedEvents && this.#bytes <= maxLoggedBytes) {
        break;
      }
      this.remove(oldest.number);
      gone.push({ number: oldest.number, resource: oldest.resource, event: oldest.event });
    }
    for (const tell of this.#watchers) {
      tell(logged);
    }
    return gone;
  }

  find(number: number): LoggedEvent | undefined {
    return this.#events.get(number);
  }

  remove(number: number): void {
    this.#bytes -= this.#events.get(number)?.bytes ?? 0;
    this.#events.delete(number);
  }

  /** Oldest first. */
  *all(): Generator<LoggedEvent> {
    for (const { number, resource, event } of this.#events.values()) {
      yield { number, resource, event };
    }
  }

  list(resource: string, filter: EventFilter, after: number): readonly LoggedEvent[] {
    return [...this.all()].filter((each) => each.number > after && isAsked(each, resource, filter));
  }

  /** The first that is asked for; undefined when none has come in time. */
  async wait(resource: string, filter: EventFilter, after: number, limitMs: number): Promise<LoggedEvent | undefined> {
    const [found] = this.list(resource, filter, after);
    if (found !== undefined) {
      return found;
    }
    return new Promise((resolve) => {
      const tell = (logged: LoggedEvent) => {
        if (logged.number > after && isAsked(logged, resource, filter)) {
          end(logged);
        }
      };
      const limit = setTimeout(() => end(undefined), limitMs);
      limit.unref();
      const end = (logged: LoggedEvent | undefined) => {
        clearTimeout(limit);
        this.#watchers.delete(tell);
        resolve(logged);
      };
      this.#watchers.add(tell);
    });
  }

  /** Numbers go on where they were: nothing that waits for what comes after a number misses it. */
  clear(): void {
    this.#events.clear();
    this.#bytes = 0;
  }
}

export function isAsked(logged: LoggedEvent, resource: string, filter: EventFilter): boolean {
  return logged.resource === resource && matches(logged.event, filter);
}
