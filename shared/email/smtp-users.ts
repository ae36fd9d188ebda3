// Who may hand mail in by SMTP: a user of a communication resource, by the name that its owner has given (management API),
// or in the form in which ACS composes one. Whether the password is right is for the issuer of the application to say.
import type { Resource } from '../geography/index.js';
import type { RecordStore, ResourceDirectory } from '../resources/index.js';
import type { Clock } from '../time/clock.js';
import { smtpUsernames } from './item-kinds.js';
import { maxSmtpUsers, smtpUserKnownMs, smtpUserWalkMs } from './limits.js';
import type { StoredItem } from './model.js';
import type { ItemStore } from './store.js';

export interface SmtpUser {
  readonly resource: Resource;
  /** Of Entra ID, lower case: its secret is the password. */
  readonly applicationId: string;
  readonly tenantId: string;
}

export interface SmtpUserParts {
  readonly records: Pick<RecordStore, 'all'>;
  readonly items: Pick<ItemStore, 'page' | 'find'>;
  readonly directory: Pick<ResourceDirectory, 'current'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Who may do everything with the mail of any resource, and so this too; undefined where nobody signs in. */
  readonly entra: { readonly tenantId: string; readonly applications: ReadonlySet<string> } | undefined;
}

interface Place {
  readonly resource: string;
  readonly ownerId: string;
  readonly item: string;
}

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** ACS: resource, application and tenant, with dots or bars between. */
const composedForm = new RegExp(`^([a-z0-9-]{1,63})([.|])(${guid})\\2(${guid})$`);
const guidForm = new RegExp(`^${guid}$`);

export class SmtpUsers {
  readonly #parts: SmtpUserParts;
  #places = new Map<string, readonly Place[]>();
  #walkedAt = Number.NEGATIVE_INFINITY;
  #walking: Promise<void> | undefined;

  constructor(parts: SmtpUserParts) {
    this.#parts = parts;
  }

  /**
   * @returns undefined when there is none of this name; of two resources whose users have one name neither has it, as soon
   * as it is looked for again
   */
  async find(username: string): Promise<SmtpUser | undefined> {
    const name = username.toLowerCase();
    const [, resource, , applicationId, tenantId] = composedForm.exec(name) ?? [];
    if (resource !== undefined && applicationId !== undefined && tenantId !== undefined) {
      return this.#composed(resource, applicationId, tenantId);
    }
    // One that was found alone may have got another of its name since.
    await this.#walk(smtpUserKnownMs);
    return (await this.#current(name)) ?? ((await this.#walk(smtpUserWalkMs)) ? this.#current(name) : undefined);
  }

  forget(): void {
    this.#places.clear();
    this.#walkedAt = Number.NEGATIVE_INFINITY;
  }

  async #composed(name: string, applicationId: string, tenantId: string): Promise<SmtpUser | undefined> {
    const { directory, items, entra } = this.#parts;
    const resource = await directory.current(name);
    if (resource === undefined) {
      return undefined;
    }
    const user = { resource, applicationId, tenantId };
    if (entra?.tenantId === tenantId && entra.applications.has(applicationId)) {
      return user;
    }
    for await (const item of usersOf(items, resource.immutableId)) {
      const named = applicationOf(item);
      if (named?.applicationId === applicationId && named.tenantId === tenantId) {
        return user;
      }
    }
    return undefined;
  }

  /** What was found by a walk, as it is now. */
  async #current(username: string): Promise<SmtpUser | undefined> {
    const { directory, items } = this.#parts;
    const found: SmtpUser[] = [];
    for (const { resource: name, ownerId, item: itemName } of this.#places.get(username) ?? []) {
      const [resource, item] = await Promise.all([
        directory.current(name.toLowerCase()),
        items.find(ownerId, smtpUsernames, [itemName]),
      ]);
      const named = item !== undefined && usernameOf(item) === username ? applicationOf(item) : undefined;
      if (resource?.immutableId === ownerId && named !== undefined) {
        found.push({ resource, ...named });
      }
    }
    const [user, another] = found;
    return another === undefined ? user : undefined;
  }

  /** Through the users of all resources; for names that nobody has, not again and again. @returns whether it was done */
  async #walk(afterMs: number): Promise<boolean> {
    const { clock } = this.#parts;
    if (this.#walking === undefined) {
      const begun = clock.monotonic();
      if (begun - this.#walkedAt < afterMs) {
        return false;
      }
      this.#walking = this.#readAll(begun).finally(() => {
        this.#walking = undefined;
      });
    }
    await this.#walking;
    return true;
  }

  async #readAll(begun: number): Promise<void> {
    const { records, items } = this.#parts;
    const places = new Map<string, Place[]>();
    let count = 0;
    for (const { id, immutableId: ownerId } of await records.all('communicationServices')) {
      for await (const item of usersOf(items, ownerId)) {
        count += 1;
        if (count > maxSmtpUsers) {
          throw new Error(`There are more than ${maxSmtpUsers} SMTP users.`);
        }
        const username = usernameOf(item);
        const place = { resource: id.name, ownerId, item: item.name };
        places.set(username, [...(places.get(username) ?? []), place]);
      }
    }
    this.#places = places;
    // Only now: a walk that failed has seen nobody, and nobody is said to be no user because of it.
    this.#walkedAt = begun;
  }
}

async function* usersOf(items: Pick<ItemStore, 'page'>, ownerId: string): AsyncGenerator<StoredItem> {
  for (let after: string | undefined, isMore = true; isMore; ) {
    const page = await items.page(ownerId, smtpUsernames, [], after);
    yield* page.items;
    after = page.next;
    isMore = after !== undefined;
  }
}

function usernameOf({ properties }: Pick<StoredItem, 'properties'>): string {
  return String(properties['username']).toLowerCase();
}

/** undefined when it names none that could exist: the ids go into an address. */
function applicationOf({ properties }: Pick<StoredItem, 'properties'>): Omit<SmtpUser, 'resource'> | undefined {
  const applicationId = String(properties['entraApplicationId']).toLowerCase();
  const tenantId = String(properties['tenantId']).toLowerCase();
  return guidForm.test(applicationId) && guidForm.test(tenantId) ? { applicationId, tenantId } : undefined;
}
