// Events that nobody took: whole events, as Event Grid writes them in Azure and the emulator's broker on a laptop, a blob of
// JSON each. They lie in the geography's account and go soon; whose they are, and whom they are about, stands in them.
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EraseStep, ExportItem, Located, PersonalIdentifier, Remainder, RemovedRows } from '../data-map/index.js';
import { type Blobs, StorageStale } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { parseInstant, toIso } from '../time/instant.js';
import type { Ids } from '../time/ids.js';
import type { WireEvent } from './event-settings.js';
import { eventPrefix } from './event-name.js';
import { deadLetterLifeMs, triedForMs } from './limits.js';
import type { EventTypes } from './event-types.js';
import { exportedEvent } from './exported-event.js';
import { mentions, othersIn, peopleIn } from './mentions.js';

export interface DeadLetter extends WireEvent {
  /** Name of the resource, or what ends in it. */
  readonly topic: string;
  readonly deadLetterReason: string;
}

export interface DeadLettersParts {
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly types: Pick<EventTypes, 'find'>;
  /** Event Grid writes here too, long after it has taken an event, and asks nobody. */
  readonly isWrittenByTopic: boolean;
  /** Immutable id of the resource of this name. */
  resourceIdOf(name: string): Promise<string | undefined>;
  /** Name of the resource with this immutable id. */
  resourceNameOf(resourceId: string): Promise<string | undefined>;
  /** Takes back what was written about somebody who was erased meanwhile: `Burials.settle`. */
  settle(
    resourceId: string,
    about: readonly PersonalIdentifier[],
    since: number,
    undo: () => Promise<void>,
  ): Promise<boolean>;
}

interface Blob {
  readonly name: string;
  readonly letters: readonly DeadLetter[];
  readonly etag: string;
  /** Product ms. */
  readonly createdOn: number;
}

const maxTries = 5;
const contentType = 'application/json';

export class DeadLetters {
  readonly #parts: DeadLettersParts;
  /** Names of blobs that the topic has written and that are settled; what is written once stays as it is. */
  #settled: ReadonlySet<string> = new Set();

  constructor(parts: DeadLettersParts) {
    this.#parts = parts;
  }

  /** @param resource name of the resource that they are of */
  async keep(resource: string, whole: readonly DeadLetter[]): Promise<void> {
    const letters = whole.map((letter) => ({ ...letter, data: this.#keptOf(letter) }));
    const { blobs, clock, ids, resourceIdOf, settle } = this.#parts;
    const createdOn = clock.now();
    const [day = '', time = ''] = toIso(createdOn).split('T');
    const name = `${resource}/${day.replaceAll('-', '/')}/${time.slice(0, 2)}/${ids.uuid()}.json`;
    await blobs.upload(name, Buffer.from(JSON.stringify(letters)), { contentType, createdOn });
    const since = Math.min(...letters.map(({ eventTime }) => parseInstant(eventTime) ?? createdOn));
    // Of a resource that is gone only what is erased everywhere counts: identities.
    const resourceId = (await resourceIdOf(resource)) ?? '';
    await settle(resourceId, letters.flatMap(peopleIn), since, () => blobs.discard(name));
  }

  #keptOf({ eventType, data }: DeadLetter): object {
    return this.#parts.types.find(eventType.replace(eventPrefix, ''))?.withoutPerson?.(data) ?? data;
  }

  async locate(identifier: PersonalIdentifier, resourceId: string): Promise<Located> {
    let located: Located = { items: 0 };
    for await (const { letters, createdOn } of this.#blobs()) {
      const isTheirs = await this.#isAbout(resourceId, identifier);
      const items = letters.filter(isTheirs).length;
      if (items > 0) {
        const since = Math.min(located.since ?? Number.POSITIVE_INFINITY, createdOn);
        const keptUntil = Math.max(located.keptUntil ?? 0, createdOn + deadLetterLifeMs);
        located = { items: located.items + items, since, keptUntil };
      }
    }
    return located;
  }

  async *exportItems(
    identifier: PersonalIdentifier,
    resourceId: string,
    includesReceived: boolean,
  ): AsyncGenerator<ExportItem> {
    const isTheirs = await this.#isAbout(resourceId, identifier);
    for await (const { letters, createdOn } of this.#blobs()) {
      for (const letter of letters.filter(isTheirs)) {
        const record = exportedEvent(this.#parts.types, letter, identifier, includesReceived);
        const others = includesReceived ? othersIn(letter, identifier) : [];
        yield { record, others, keptUntil: createdOn + deadLetterLifeMs };
      }
    }
  }

  /** @param now product ms */
  remains(now: number): Remainder | undefined {
    return this.#parts.isWrittenByTopic
      ? {
          what: 'Events about the person that the topic had taken before and no subscriber takes, when they come back',
          why: 'Event Grid tries each for a day, and then writes it here by itself. It goes with the sweep that finds it.',
          until: now + triedForMs + deadLetterLifeMs,
        }
      : undefined;
  }

  async erase(identifier: PersonalIdentifier, resourceId: string): Promise<EraseStep> {
    return this.#takeOut(await this.#isAbout(resourceId, identifier));
  }

  async eraseResource(resourceId: string): Promise<EraseStep> {
    return this.#takeOut(await this.#isOf(resourceId));
  }

  /** Whose a blob is: all of it is of one resource. */
  async resourceOf(name: string): Promise<string | undefined> {
    const blob = await this.#read(name);
    const topic = blob?.letters[0]?.topic;
    return topic === undefined ? undefined : this.#parts.resourceIdOf(nameIn(topic));
  }

  /**
   * Removes at most `limit` blobs whose hour began a day ago: which hour that is stands in the name, so none is looked at.
   * What the topic has written is looked at once, for letters that mention somebody who was erased before they came.
   */
  async removeExpired(limit: number): Promise<RemovedRows> {
    let removed = 0;
    let oldestOverdueMs = 0;
    const { blobs, clock, isWrittenByTopic } = this.#parts;
    const settled = new Set<string>();
    for await (const name of blobs.names('')) {
      const overdueMs = clock.now() - hourIn(name) - deadLetterLifeMs;
      if (overdueMs >= 0) {
        await blobs.discard(name);
        removed += 1;
        oldestOverdueMs = Math.max(oldestOverdueMs, overdueMs);
      } else if (isWrittenByTopic) {
        removed += this.#settled.has(name) ? 0 : await this.#settle(name);
        settled.add(name);
      }
      if (removed >= limit) {
        break;
      }
    }
    // Where it stopped early the others are looked at again.
    this.#settled = settled;
    return { removed, oldestOverdueMs };
  }

  /** @returns how many letters were taken out: each of those that are about somebody who was erased meanwhile */
  async #settle(name: string): Promise<number> {
    const blob = await this.#read(name);
    let removed = 0;
    const [resource = ''] = name.split('/');
    const resourceId = (await this.#parts.resourceIdOf(resource)) ?? '';
    for (const letter of blob?.letters ?? []) {
      const since = parseInstant(letter.eventTime) ?? hourIn(name);
      const isThis = ({ id }: DeadLetter) => id === letter.id;
      await this.#parts.settle(resourceId, peopleIn(letter), since, async () => {
        removed += await this.#takeOutOf(name, isThis);
      });
    }
    return removed;
  }

  async #isOf(resourceId: string): Promise<(letter: DeadLetter) => boolean> {
    const resource = await this.#parts.resourceNameOf(resourceId);
    return ({ topic }) => nameIn(topic) === resource;
  }

  async #isAbout(resourceId: string, identifier: PersonalIdentifier): Promise<(letter: DeadLetter) => boolean> {
    const isOf = await this.#isOf(resourceId);
    return (letter) => isOf(letter) && mentions(letter, identifier);
  }

  async #takeOut(isTakenOut: (letter: DeadLetter) => boolean): Promise<EraseStep> {
    let erased = 0;
    for await (const { name } of this.#blobs()) {
      erased += await this.#takeOutOf(name, isTakenOut);
    }
    return { erased };
  }

  /** Nothing is written back that somebody else has taken out meanwhile. */
  async #takeOutOf(name: string, isTakenOut: (letter: DeadLetter) => boolean): Promise<number> {
    const { blobs } = this.#parts;
    for (let tries = 1; ; tries++) {
      const blob = await this.#read(name);
      const left = blob?.letters.filter((letter) => !isTakenOut(letter)) ?? [];
      const erased = (blob?.letters.length ?? 0) - left.length;
      if (blob === undefined || erased === 0) {
        return 0;
      }
      if (left.length === 0) {
        await blobs.discard(name);
        return erased;
      }
      try {
        const { createdOn, etag: over } = blob;
        await blobs.upload(name, Buffer.from(JSON.stringify(left)), { contentType, createdOn, over });
        return erased;
      } catch (error) {
        if (!(error instanceof StorageStale) || tries === maxTries) {
          throw error;
        }
      }
    }
  }

  async *#blobs(): AsyncGenerator<Blob> {
    for await (const name of this.#parts.blobs.names('')) {
      const blob = await this.#read(name);
      if (blob !== undefined) {
        yield blob;
      }
    }
  }

  async #read(name: string): Promise<Blob | undefined> {
    const found = await this.#parts.blobs.download(name);
    if (found === undefined) {
      return undefined;
    }
    const parsed = JSON.parse(await text(found.content as Readable)) as DeadLetter | readonly DeadLetter[];
    const letters = Array.isArray(parsed) ? parsed : [parsed];
    return { name, letters, etag: found.etag, createdOn: found.createdOn ?? hourIn(name) };
  }
}

/** Azure writes the topic of a domain in full, and not always in the case it was given in. */
function nameIn(topic: string): string {
  return (topic.split('/').at(-1) ?? '').toLowerCase();
}

/** Beginning of the hour in which it was written: Event Grid says it in the name alone. */
function hourIn(name: string): number {
  const [, year, month, day, hour] = /(\d{4})\/(\d{1,2})\/(\d{1,2})\/(\d{1,2})\//.exec(name) ?? [];
  const two = (part = '0') => part.padStart(2, '0');
  return parseInstant(`${year}-${two(month)}-${two(day)}T${two(hour)}:00:00Z`) ?? 0;
}
