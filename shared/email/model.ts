// What belongs to a resource, as it is kept, and what keeps it.
import type { Authorship } from '../resources/index.js';
import type { ItemKind } from './item-kinds.js';

export interface ArmItem extends Authorship {
  /** As it was written. */
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface StoredItem extends ArmItem {
  readonly key: string;
  readonly etag: string;
}

export interface ItemPage {
  readonly items: readonly StoredItem[];
  /** Name behind which the next page begins. */
  readonly next?: string;
}

/** Where items of a kind lie. */
export interface ItemKeeper {
  find(ownerId: string, kind: ItemKind, path: readonly string[]): Promise<StoredItem | undefined>;
  put(ownerId: string, kind: ItemKind, path: readonly string[], item: ArmItem): Promise<void>;
  /** Items of one parent, in the order of their names. */
  page(ownerId: string, kind: ItemKind, parentPath: readonly string[], after?: string): Promise<ItemPage>;
  /** Removes an item with all that is within it. */
  remove(ownerId: string, kind: ItemKind, path: readonly string[]): Promise<void>;
}

/** Where a recipient may be suppressed: mail of this domain of this email resource. */
export interface MailDomain {
  /** Immutable id of the email resource. */
  readonly resourceId: string;
  readonly domain: string;
}

export interface Suppression {
  /** Product ms; undefined while the address stands on a list, from which only its owner takes it. */
  readonly until?: number;
}
