// The declaration of a store of data. A store cannot be opened without one, and a declaration that cannot say how its
// data is located, exported, erased and expired does not compile.
import type { Readable } from 'node:stream';
import type { Expiry, Moment } from './expiry.js';
import type { Explainer } from './explanation.js';

/** A person as data knows them: one identifier. Identifiers of other kinds simply match nothing in a store. */
export type PersonalIdentifier =
  | { readonly kind: 'identity'; readonly rawId: string }
  | { readonly kind: 'phoneNumber'; readonly e164: string }
  | { readonly kind: 'email'; readonly address: string }
  /** Found only where people write what they like, such as notes and display names. */
  | { readonly kind: 'name'; readonly name: string };

/** What a store holds about an identifier; counts and times only, never content. */
export interface Located {
  /** All that is held; an export has as many records. */
  readonly items: number;
  /** How many of them an erasure leaves, by what `remains` says of the store; undefined for none. */
  readonly notErased?: number;
  /** Oldest item, product time in milliseconds; undefined when nothing is held. */
  readonly since?: number;
  /** When the last of it will be gone, product time in milliseconds; undefined when it is kept until erased. */
  readonly keptUntil?: number;
}

/** What one bounded step has found, and where the next goes on; undefined when nothing is left to look at. */
export interface LocateStep extends Located {
  readonly cursor?: string;
}

/** One item of an export. */
export interface ExportItem {
  /** What is handed out, as plain JSON; times in ISO 8601. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Binary content that belongs to it. */
  readonly file?: ExportFile;
  /** Who wrote it, when the person only received it; such items come only when they were asked for. */
  readonly receivedFrom?: PersonalIdentifier;
  /** Who else has words of theirs in it, such as the topic of its thread. */
  readonly others?: readonly PersonalIdentifier[];
  /** When the item itself will be gone, product time in milliseconds: no archive outlives it. */
  readonly keptUntil?: number;
}

export interface ExportFile {
  /** Unique within the store: letters, digits, dots, hyphens and underscores, folders by slashes. */
  readonly name: string;
  /** Opens the content, to be read to its end or destroyed; undefined when it is gone meanwhile. */
  open(): Promise<Readable | undefined>;
}

export interface ExportOptions {
  /** Also what others wrote and the person received. */
  readonly includesReceived: boolean;
  /**
   * To be awaited before anything is read of what may be changed or deleted while archives wait, such as a thread.
   *
   * @param whole its random key
   */
  readsFrom(whole: string): Promise<void>;
}

/** What a walk over the data map hands to a declaration: the opened storage of one geography and the time. */
export interface StoreAccess<Opened> extends Moment {
  readonly opened: Opened;
  /** Immutable id of the resource whose data is walked; of a walk through a subscription the id of that. */
  readonly resourceId: string;
  /** Whoever may manage walks through what management keeps of all resources of this subscription. */
  readonly subscriptionId?: string;
  /**
   * Ids of the persons whose data is walked, where that is known: what ties one of the identifiers to anybody else is
   * not theirs.
   */
  readonly persons?: readonly string[] | undefined;
}

export interface EraseStep {
  /** Items that this step removed. */
  readonly erased: number;
  /** Where the next step goes on; undefined when nothing is left to do. */
  readonly cursor?: string;
}

/**
 * Removes everything of a resource, whoever it concerns, one bounded step at a time; may be stopped anywhere and repeated.
 * It is done twice, the second time when no process holds a cache any more. Or a reason why nothing is to be done: a
 * sentence for a data-protection officer.
 *
 * @param cursor where the step before ended; undefined for the first
 */
export type ResourceErasure<Opened> = ((access: StoreAccess<Opened>, cursor?: string) => Promise<EraseStep>) | string;

/** What an erasure leaves behind in a store; stands in the receipt, so it must hold no personal data. */
export interface Remainder {
  readonly what: string;
  readonly why: string;
  /** When it will be gone, product time in milliseconds; undefined when nobody can say. */
  readonly until?: number;
}

/**
 * `settled`: each of these writers settles what it wrote with `Burials.settle`, or asks `Burials.wasDeleted`, after its last
 * write. A sentence, for a data-protection officer, when what is written is written at once: a walk that begins a minute
 * after the burial comes behind it.
 */
export type LateWrites = { readonly settled: readonly string[] } | string;

/** In place of a resource: the item is the geography's own, such as the job that counts its stores. */
export const ofGeography = 'geography';

/** Of whom an item is that does not say it itself: what it leads to knows. */
export interface BelongsThrough<Opened> {
  /** What the item leads to; asked about once for items of the same that follow each other. */
  keyOf(item: BelongingItem): string;
  /** Immutable id of the resource of that; undefined when it leads to nothing. */
  resourceOf(key: string, opened: Opened): Promise<string | undefined>;
}

/** Of whom an item is. */
export interface Belonging {
  /** Columns that are needed beside the keys. */
  readonly columns?: readonly string[];
  /**
   * Immutable id of the resource, or {@link ofGeography}; undefined for an item that belongs to the same as the one before
   * it.
   *
   * @param item partition and row key, or the name of a blob as both; of the columns, those that the row has
   */
  resourceOf(item: BelongingItem): string | undefined;
  /** Such items stay when their resource is deleted. */
  readonly outlivesResource?: boolean;
}

export interface BelongingItem {
  readonly partition: string;
  readonly key: string;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** Column in which a row says whose it is. */
const resourceColumn = 'resource';

/**
 * Each row says it in a column `resource`, so that neither an id nor content has to be looked into.
 *
 * @param asBefore how it is told of rows from before that column was written; their next write adds it
 */
export function byResourceColumn(asBefore: Pick<Belonging, 'columns' | 'resourceOf'>): Belonging {
  return {
    columns: [resourceColumn, ...(asBefore.columns ?? [])],
    resourceOf: (item) => {
      const resource = item.columns[resourceColumn];
      return typeof resource === 'string' ? resource : asBefore.resourceOf(item);
    },
  };
}

/** The partition, or the name of the blob, begins with the id of the resource. */
export const byPartition: Belonging = { resourceOf: ({ partition }) => partition.slice(0, 36) };

/** Where a store stands on the page for data-protection officers, in the order of that page. */
export const dataAreas = [
  'identities',
  'management',
  'phone numbers',
  'chat',
  'SMS',
  'calling',
  'recording',
  'rooms',
  'email',
  'live chat',
  'events',
  'diagnostics',
  'persons',
  'work in progress',
] as const;
export type DataArea = (typeof dataAreas)[number];

/**
 * In which order stores are erased: what points at something goes after it. Copies of what lies elsewhere first, then what
 * people wrote, then how that is found, then who is who, and last what tells of the work itself.
 */
export const ranks = ['copies', 'content', 'index', 'directory', 'proof'] as const;
export type Rank = (typeof ranks)[number];

export interface DataStoreDeclaration<Opened> {
  /** Base name of the table, container or queue: lower-case letters and digits, 3-40 characters. */
  readonly name: string;
  readonly area: DataArea;
  /** Its place in the order of erasure; within a rank the order of the data map holds. */
  readonly rank: Rank;
  /**
   * `outside`: what lies outside the storage account, such as a log workspace of the geography. It is declared like all
   * else, so that a person's part of it is found, exported and erased by the same walks; storage opens nothing for it, and
   * nobody counts it.
   */
  readonly medium: 'table' | 'blob' | 'queue' | 'outside';
  /** Where a store of the medium `outside` lies, for a data-protection officer: `the log workspace of the geography`. */
  readonly liesIn?: string;
  /** Number of hash shards of a big table; the name then gets a two-digit suffix. */
  readonly shards?: number;
  /** What is in it, for a data-protection officer. */
  readonly holds: string;
  /** Which of it is about a person; empty when nothing is. */
  readonly personalData: readonly string[];
  /** How what is about a person is found, when not by an identifier; for a data-protection officer. */
  readonly foundBy?: string;
  /** How long it is kept, for a data-protection officer. */
  readonly keptFor: string;
  /**
   * Counts what is held about one identifier: all at once, or one bounded step of it at a time where it can be much.
   *
   * @param cursor where the step before ended; undefined for the first
   */
  locate(identifier: PersonalIdentifier, access: StoreAccess<Opened>, cursor?: string): Promise<LocateStep>;
  /** Yields what is held about one identifier, in bounded pages. Files are opened one after the other, or never. */
  exportItems(
    identifier: PersonalIdentifier,
    access: StoreAccess<Opened>,
    options: ExportOptions,
  ): AsyncIterable<ExportItem>;
  /** What the fields of exported records mean, for whoever reads the archive; received ones have `received: true`. */
  readonly exportedFields?: Readonly<Record<string, string>>;
  /**
   * Removes what is held about one identifier, one bounded step at a time: at most about a thousand rows are looked at.
   * May be stopped anywhere and repeated, also from the beginning.
   *
   * @param cursor where the step before ended; undefined for the first
   */
  erase(identifier: PersonalIdentifier, access: StoreAccess<Opened>, cursor?: string): Promise<EraseStep>;
  /**
   * What stays after an erasure of the identifier, and why. A store without this leaves nothing behind: after the walk all
   * stores are asked again with `locate`, and an erasure is not done while that finds what no `notErased` says stays.
   */
  remains?(identifier: PersonalIdentifier, access: StoreAccess<Opened>): Promise<Remainder | undefined>;
  /**
   * Who writes about somebody after a wait, such as an upload or a report from outside, and what they do about a deletion
   * that came meanwhile; or why nobody does. Without it a store with personal data is refused.
   */
  readonly lateWrites?: LateWrites;
  /**
   * It tells by `persons` what of it is whose, link by link. From every other store nothing is told, handed out or erased
   * under a number or an address that is somebody else's too: that is left, and the receipt says so.
   */
  readonly knowsPersons?: true;
  /**
   * It keeps what management writes, or something under the id of a subscription: a walk through a subscription passes it.
   * All other stores are passed by walks through a resource alone.
   */
  readonly isOfSubscriptions?: true;
  /** How everything of a resource is removed when that is deleted, or why it is not. */
  readonly eraseResource: ResourceErasure<Opened>;
  /** How what has expired is removed, or why nothing does. */
  readonly expired: Expiry<Opened>;
  /**
   * How one tells whose a row or a blob is, to count where data lies. Of a store with neither of the two it is counted how
   * much it holds, and the residency record says that nobody has looked whose that is.
   */
  readonly belongsTo?: Belonging;
  readonly belongsThrough?: BelongsThrough<Opened>;
  /** Tells an operator how long one thing is kept. */
  readonly explain?: Explainer<Opened>;
}

export interface DataStore<Opened = never> extends DataStoreDeclaration<Opened> {
  readonly isDeclared: true;
  /** Nothing is written to it any more; see `retiredStore`. */
  readonly isRetired?: true;
}

/**
 * Declares a store. Where it opens: `shared/storage`. Where all are listed: `functions/data-map.ts`.
 *
 * @throws {Error} when the name is none that storage takes, nobody says where it lies, or who writes into it late
 * @example
 * export const notes = dataStore<NoteStore>({
 *   name: 'notes',
 *   area: 'chat',
 *   rank: 'content',
 *   medium: 'table',
 *   holds: 'Notes that users write to themselves',
 *   belongsTo: byPartition,
 *   personalData: ['identity id', 'text'],
 *   keptFor: '30 days',
 *   locate: async (identifier, { opened, resourceId }) => ({ items: await opened.count(resourceId, identifier) }),
 *   exportItems: (identifier, { opened, resourceId }) => opened.records(resourceId, identifier),
 *   erase: (identifier, { opened, resourceId }) => opened.eraseOf(resourceId, identifier),
 *   lateWrites: 'A note is one write of one request',
 *   eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
 *   expired: { due: { 'drop-note': (id, { opened }) => opened.drop(id) } },
 * });
 */
export function dataStore<Opened>(declaration: DataStoreDeclaration<Opened>): DataStore<Opened> {
  if (!/^[a-z][a-z0-9]{2,39}$/.test(declaration.name)) {
    throw new Error(`Data store name "${declaration.name}" must be 3-40 lower-case letters and digits.`);
  }
  if ((declaration.medium === 'outside') !== (declaration.liesIn !== undefined)) {
    throw new Error(`Data store ${declaration.name} lies outside and says where, or does neither.`);
  }
  if (declaration.personalData.length > 0 && declaration.lateWrites === undefined) {
    throw new Error(`Data store ${declaration.name} does not say who writes about somebody after a wait.`);
  }
  return { ...declaration, isDeclared: true };
}
