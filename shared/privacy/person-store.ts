// How persons lie in a table: partition = resource; a row a person, and two rows a link, so that it is found from either
// end. Identifiers are keys only as keyed hashes; their text stands in the link.
import { keyedHash } from '../auth/index.js';
import { type EraseStep, formatIdentifier, parseIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import {
  type Columns,
  eraseRows,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Stored,
  type Table,
  type TableAction,
} from '../storage/index.js';

export interface Person {
  readonly id: string;
  /** Product ms. */
  readonly createdOn: number;
  readonly identifiers: readonly PersonalIdentifier[];
}

/** Links that one call may add or remove; two rows each and the person's own fit into one transaction. */
export const maxIdentifiersPerCall = 40;
const pageRows = 1_000;
/** Of writing a person whom others write at the same moment. */
const maxAttempts = 10;

export class PersonStore {
  readonly #table: Table;
  readonly #hashKey: Buffer;

  constructor(table: Table, hashKey: Buffer) {
    this.#table = table;
    this.#hashKey = hashKey;
  }

  async add(resourceId: string, personId: string, identifiers: readonly PersonalIdentifier[], now: number) {
    const person = { partitionKey: resourceId, rowKey: personKey(personId) };
    const links = identifiers.flatMap((identifier): TableAction[] => {
      const { link, back } = this.#keys(personId, identifier);
      const text = formatIdentifier(identifier);
      return [
        { kind: 'upsert', mode: 'replace', row: { partitionKey: resourceId, rowKey: link, text, linkedOn: now } },
        { kind: 'upsert', mode: 'replace', row: { partitionKey: resourceId, rowKey: back, linkedOn: now } },
      ];
    });
    for (let attempt = 1; ; attempt++) {
      const present = await this.#table.get(resourceId, person.rowKey);
      // Whoever was just removed, or is just made by somebody else, is made whole here or not at all.
      const own: TableAction =
        present === undefined
          ? { kind: 'insert', row: { ...person, createdOn: now } }
          : { kind: 'update', mode: 'merge', row: person, etag: present.etag };
      try {
        await this.#table.transaction(resourceId, [own, ...links]);
        return;
      } catch (error) {
        if (attempt === maxAttempts || !isOvertaken(error)) {
          throw error;
        }
      }
    }
  }

  /** Links that are gone already are fine. The person goes with the last one. */
  async remove(resourceId: string, personId: string, identifiers: readonly PersonalIdentifier[]): Promise<void> {
    const person = await this.#table.get<Columns>(resourceId, personKey(personId));
    const keys = identifiers.map((identifier) => this.#keys(personId, identifier));
    for (const { link } of keys) {
      await this.#table.remove(resourceId, link);
    }
    if (person !== undefined && (await this.#identifiersOf(resourceId, personId)).length === 0) {
      await this.#drop(person);
    }
    // Last, because by them it is found again what a stop has left to be done.
    for (const { back } of keys) {
      await this.#table.remove(resourceId, back);
    }
  }

  /** Whoever is given an identifier at this moment is written again with it, and stays. */
  async #drop({ partitionKey, rowKey, etag }: Stored<Columns>): Promise<void> {
    try {
      await this.#table.remove(partitionKey, rowKey, etag);
    } catch (error) {
      if (!(error instanceof StorageStale) && !(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  /** Removes every person of a resource that is deleted, a thousand rows at a time. */
  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }

  async find(resourceId: string, personId: string): Promise<Person | undefined> {
    const [row, identifiers] = await Promise.all([
      this.#table.get<Columns>(resourceId, personKey(personId)),
      this.#identifiersOf(resourceId, personId),
    ]);
    return row && { id: personId, createdOn: Number(row['createdOn']), identifiers };
  }

  async #identifiersOf(resourceId: string, personId: string): Promise<readonly PersonalIdentifier[]> {
    return (await this.#linksBetween(resourceId, personId, personId)).get(personId) ?? [];
  }

  /** By person; ids of both ends are among them. */
  async #linksBetween(resourceId: string, first: string, last: string): Promise<Map<string, PersonalIdentifier[]>> {
    const links = { partition: resourceId, from: linkKey(first, ''), to: linkKey(last, '~') };
    const byPerson = new Map<string, PersonalIdentifier[]>();
    for await (const { rowKey, text } of this.#table.rows<Columns>(links)) {
      const identifier = parseIdentifier(String(text));
      const [, personId = ''] = rowKey.split('!');
      if (identifier !== undefined) {
        byPerson.set(personId, [...(byPerson.get(personId) ?? []), identifier]);
      }
    }
    return byPerson;
  }

  /** Ids of the persons that an identifier is linked to. */
  async findByIdentifier(resourceId: string, identifier: PersonalIdentifier): Promise<string[]> {
    return (await this.links(resourceId, identifier)).map(({ personId }) => personId);
  }

  /** The persons that an identifier is linked to, and since when, product ms. */
  async links(resourceId: string, identifier: PersonalIdentifier): Promise<{ personId: string; linkedOn: number }[]> {
    const prefix = `back!${this.#hash(identifier)}!`;
    const { rows } = await this.#table.query<Columns>({ partition: resourceId, from: prefix, to: `${prefix}~` });
    return rows.map((row) => ({ personId: row.rowKey.slice(prefix.length), linkedOn: Number(row['linkedOn']) }));
  }

  /** Persons in the order of their ids, and what is linked to each; earlier builds left some without links. */
  async page(
    resourceId: string,
    limit: number,
    after?: string,
  ): Promise<{ persons: readonly Pick<Person, 'id' | 'identifiers'>[]; next?: string }> {
    const { rows, continuation } = await this.#table.query({
      partition: resourceId,
      from: after === undefined ? personKey('') : `${personKey(after)} `,
      to: personKey('~~'),
      top: Math.min(limit, pageRows),
    });
    const ids = rows.map(({ rowKey }) => rowKey.slice(personKey('').length));
    const last = ids.at(-1);
    const links = last === undefined ? new Map() : await this.#linksBetween(resourceId, ids[0] ?? last, last);
    const persons = ids.map((id) => ({ id, identifiers: links.get(id) ?? [] }));
    return continuation === undefined || last === undefined ? { persons } : { persons, next: last };
  }

  #keys(personId: string, identifier: PersonalIdentifier): { link: string; back: string } {
    const hash = this.#hash(identifier);
    return { link: linkKey(personId, hash), back: `back!${hash}!${personId}` };
  }

  #hash(identifier: PersonalIdentifier): string {
    return keyedHash(this.#hashKey, formatIdentifier(identifier)).subarray(0, 24).toString('base64url');
  }
}

function personKey(personId: string): string {
  return `person!${personId}`;
}

function linkKey(personId: string, hash: string): string {
  return `link!${personId}!${hash}`;
}

function isOvertaken(error: unknown): boolean {
  return error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageNotFound;
}
