// What an outbox keeps, for the data map.
import {
  byPartition,
  byResourceColumn,
  type DataArea,
  type DataStore,
  dataStore,
  type EraseStep,
  type ExportItem,
  type Explanation,
  holdsNobody,
  type Located,
  type PersonalIdentifier,
  type Remainder,
} from '../data-map/index.js';

/** What the walks over the data map need of an outbox. */
export interface OpenedOutbox {
  locate(identifier: PersonalIdentifier, resourceId: string): Promise<Located>;
  exportItems(identifier: PersonalIdentifier, resourceId: string, includesReceived: boolean): AsyncIterable<ExportItem>;
  erase(identifier: PersonalIdentifier, resourceId: string): Promise<EraseStep>;
  eraseResource(resourceId: string, cursor?: string): Promise<EraseStep>;
  eraseBodies(resourceId: string): Promise<EraseStep>;
  explain(id: string, resourceId: string): Promise<Explanation | undefined>;
  /** Until when something waits for a resource at the most, product ms; undefined while nothing does. */
  waitsUntil(resourceId: string): Promise<number | undefined>;
}

export interface OutboxDescription {
  /** Of the table; the others are named after it. Lower-case letters, at most 30. */
  readonly name: string;
  readonly area: DataArea;
  /** What is delivered, for a data-protection officer. */
  readonly holds: string;
  readonly personalData: readonly string[];
  /** How long it is tried, for a data-protection officer, such as "24 hours". */
  readonly triedFor: string;
  /** How much longer somebody is named whose outcome cannot be told yet; see `keepsUntoldForMs` of the rules. */
  readonly untoldFor?: string;
  /** The kinds of identifiers that somebody in it can have; all of them unless given. Spares looking for others. */
  readonly identifiedBy?: readonly PersonalIdentifier['kind'][];
  /** What of the content is about people who are not looked for: named in a receipt while anything waits for the resource. */
  readonly unsearched?: Pick<Remainder, 'what' | 'why'>;
  /** What an operator calls one of it; one word, unique in the data map. */
  readonly explainedAs: string;
}

export interface OutboxStores {
  readonly deliveries: DataStore<OpenedOutbox>;
  readonly bodies: DataStore<OpenedOutbox>;
  /** Its own due index: a thousand deliveries to a dead destination stand in nobody else's way. */
  readonly due: DataStore<unknown>;
  readonly queue: DataStore<unknown>;
}

/**
 * Declares what an outbox keeps.
 *
 * @example
 * export const mails = outboxStores({
 *   name: 'mails',
 *   area: 'email',
 *   holds: 'Mails that are not handed over yet',
 *   personalData: ['content', 'addresses of the recipients whose outcome is open'],
 *   triedFor: '24 hours',
 *   explainedAs: 'mail',
 * });
 */
export function outboxStores(description: OutboxDescription): OutboxStores {
  const { name, area, holds, personalData, triedFor, untoldFor, explainedAs, identifiedBy, unsearched } = description;
  const mayHold = ({ kind }: PersonalIdentifier) => identifiedBy === undefined || identifiedBy.includes(kind);
  const longer =
    untoldFor === undefined ? '' : `, or, while it cannot be told, the address ${untoldFor} longer at the most`;
  const keptFor = `until the outcome of each recipient is final, ${triedFor} at the most; of one recipient until theirs is${longer}`;
  return {
    deliveries: dataStore<OpenedOutbox>({
      name,
      area,
      rank: 'copies',
      medium: 'table',
      holds,
      belongsTo: byResourceColumn({ resourceOf: () => undefined }),
      personalData,
      foundBy: 'a keyed hash of the recipient, and of each person whom the content concerns',
      keptFor,
      locate: async (identifier, { opened, resourceId }) =>
        mayHold(identifier) ? opened.locate(identifier, resourceId) : { items: 0 },
      async *exportItems(identifier, { opened, resourceId }, { includesReceived }) {
        if (mayHold(identifier)) {
          yield* opened.exportItems(identifier, resourceId, includesReceived);
        }
      },
      exportedFields: {
        delivery: 'Id of a delivery that waits',
        acceptedOn: 'Since when it waits',
        triedUntil: 'When it is given up at the latest',
        address: 'Your address, when you are to receive it',
        content: 'What is to be delivered',
      },
      erase: async (identifier, { opened, resourceId }) =>
        mayHold(identifier) ? opened.erase(identifier, resourceId) : { erased: 0 },
      ...(unsearched !== undefined && {
        remains: async (identifier, { opened, resourceId }) => {
          const until = identifier.kind === 'identity' ? undefined : await opened.waitsUntil(resourceId);
          return until === undefined ? undefined : { ...unsearched, until };
        },
      }),
      lateWrites: { settled: ['an attempt, before it hands over, after it has taken its lease'] },
      eraseResource: ({ opened, resourceId }, cursor) => opened.eraseResource(resourceId, cursor),
      expired: 'The outbox gives up what is past its last hour when it works off what is due, every minute',
      explain: { kind: explainedAs, explain: (id, { opened, resourceId }) => opened.explain(id, resourceId) },
    }),
    bodies: dataStore<OpenedOutbox>({
      ...holdsNobody,
      name: `${name}bodies`,
      area,
      rank: 'copies',
      medium: 'blob',
      holds: `${holds}: what is too large for a row`,
      belongsTo: byPartition,
      personalData,
      foundBy: 'its delivery, with which it is counted, exported and erased',
      keptFor,
      lateWrites: {
        settled: ['an upload, whose delivery is written last and found by the walk, or asked about as above'],
      },
      eraseResource: ({ opened, resourceId }) => opened.eraseBodies(resourceId),
      expired: 'It goes with its delivery',
    }),
    due: dataStore<unknown>({
      ...holdsNobody,
      name: `${name}due`,
      area: 'work in progress',
      rank: 'proof',
      medium: 'table',
      holds: 'When deliveries are to be handed over again, and their random ids',
      personalData: [],
      keptFor: 'until the delivery is handed over or given up',
      eraseResource: 'An entry that leads to nothing is dropped when its time comes',
      expired: 'Who works off what is due removes an entry once it leads to nothing more',
    }),
    queue: dataStore<unknown>({
      ...holdsNobody,
      name: `${name}queue`,
      area: 'work in progress',
      rank: 'proof',
      medium: 'queue',
      holds: 'Random ids of deliveries that are to be handed over again',
      personalData: [],
      keptFor: 'until they are worked on',
      eraseResource: 'A random id that leads to no delivery is dropped',
      expired: 'The worker removes a message once it is worked on',
    }),
  };
}
