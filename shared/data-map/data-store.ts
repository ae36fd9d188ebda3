// The declaration of a store of data. A store cannot be opened without one, and a declaration that cannot say how its
// data is located, exported, erased and expired does not compile.

/** A person as data knows them: one identifier. Identifiers of other kinds simply match nothing in a store. */
export type PersonalIdentifier =
  | { readonly kind: 'identity'; readonly rawId: string }
  | { readonly kind: 'phoneNumber'; readonly e164: string }
  | { readonly kind: 'email'; readonly address: string };

/** What a store holds about an identifier; counts and times only, never content. */
export interface Located {
  readonly items: number;
  /** Oldest item, product time in milliseconds; undefined when nothing is held. */
  readonly since?: number;
  /** When the last of it will be gone, product time in milliseconds; undefined when it is kept until erased. */
  readonly keptUntil?: number;
}

/** One record of an export, as plain JSON. */
export type ExportItem = Readonly<Record<string, unknown>>;

/** What a walk over the data map hands to a declaration: the opened storage of one geography and the time. */
export interface StoreAccess<Opened> {
  readonly opened: Opened;
  /** Immutable id of the resource whose data is walked. */
  readonly resourceId: string;
  /** Product time, milliseconds. */
  readonly now: number;
  /** Real time, milliseconds; for the few promises that a moved clock must not shorten. */
  readonly realNow: number;
}

export interface EraseStep {
  /** Items that this step removed. */
  readonly erased: number;
  /** Where the next step goes on; undefined when nothing is left to do. */
  readonly cursor?: string;
}

/** What an erasure leaves behind in a store; stands in the receipt, so it must hold no personal data. */
export interface Remainder {
  readonly what: string;
  readonly why: string;
  /** When it will be gone, product time in milliseconds; undefined when nobody can say. */
  readonly until?: number;
}

export interface DataStoreDeclaration<Opened> {
  /** Base name of the table, container or queue: lower-case letters and digits, 3-40 characters. */
  readonly name: string;
  readonly medium: 'table' | 'blob' | 'queue';
  /** Number of hash shards of a big table; the name then gets a two-digit suffix. */
  readonly shards?: number;
  /** What is in it, for a data-protection officer. */
  readonly holds: string;
  /** Which of it is about a person; empty when nothing is. */
  readonly personalData: readonly string[];
  /** How long it is kept, for a data-protection officer. */
  readonly keptFor: string;
  /** Counts what is held about one identifier. */
  locate(identifier: PersonalIdentifier, access: StoreAccess<Opened>): Promise<Located>;
  /** Yields what is held about one identifier, in bounded pages. */
  exportItems(identifier: PersonalIdentifier, access: StoreAccess<Opened>): AsyncIterable<ExportItem>;
  /**
   * Removes what is held about one identifier, one bounded step at a time: at most about a thousand rows are looked at.
   * May be stopped anywhere and repeated, also from the beginning.
   *
   * @param cursor where the step before ended; undefined for the first
   */
  erase(identifier: PersonalIdentifier, access: StoreAccess<Opened>, cursor?: string): Promise<EraseStep>;
  /** What stays after an erasure of the identifier, and why. A store without this leaves nothing behind. */
  remains?(identifier: PersonalIdentifier, access: StoreAccess<Opened>): Promise<Remainder | undefined>;
  /** Removes at most `limit` items whose time has come; returns how many; repeated until it returns fewer. */
  expired(access: StoreAccess<Opened>, limit: number): Promise<number>;
}

export interface DataStore<Opened = never> extends DataStoreDeclaration<Opened> {
  readonly isDeclared: true;
}

/** Declares a store. Where it opens: `shared/storage`. Where all are listed: `functions/compose.ts`. */
export function dataStore<Opened>(declaration: DataStoreDeclaration<Opened>): DataStore<Opened> {
  if (!/^[a-z][a-z0-9]{2,39}$/.test(declaration.name)) {
    throw new Error(`Data store name "${declaration.name}" must be 3-40 lower-case letters and digits.`);
  }
  return { ...declaration, isDeclared: true };
}
