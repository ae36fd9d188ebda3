// How persons lie in a table: partition = resource; a row a person, and two rows a link, so that it is found from either
// end. Identifiers are keys only as keyed hashes; their text stands in the link.
import { keyedHash } from '../auth/index.js';
import { type EraseStep, formatIdentifier, parseIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import { type Columns, eraseRows, type Table, type TableAction } from '../storage/index.js';

export interface Person {
  readonly id: string;
  /** Product ms. */
  readonly createdOn: number;
  readonly identifiers: readonly PersonalIdentifier[];
}

/** Links that one call may add or remove; two rows each and the person's own fit into one transaction. */
export const maxIdentifiersPerCall = 40;
const pageRows = 1_000;

export class PersonStore {
  readonly #table: Table;
  readonly #hashKey: Buffer;

  constructor(table: Table, hashKey: Buffer) {
    this.#table = table;
    this.#hashKey = hashKey;
  }

  async add(resourceId: string, personId: string, identifiers: readonly PersonalIdentifier[], now: number) {
    const person = { partitionKey: resourceId, rowKey: personKey(personId) };
    const exists = (await this.#table.get(resourceId, person.rowKey)) !== undefined;
    await this.#table.transaction(resourceId, [
      { kind: 'upsert', mode: 'merge', row: exists ? person : { ...person, createdOn: now } },
      ...identifiers.flatMap((identifier): TableAction[] => {
        const { link, back } = this.#keys(personId, identifier);
        const text = formatIdentifier(identifier);
        return [
          { kind: 'upsert', mode: 'replace', row: { partitionKey: resourceId, rowKey: link, text, linkedOn: now } },
          { kind: 'upsert', mode: 'replace', row: { partitionKey: resourceId, rowKey: back, linkedOn: now } },
        ];
      }),
    ]);
  }

  /** Links that are gone already are fine. */
  async remove(resourceId: string, personId: string, identifiers: readonly PersonalIdentifier[]): Promise<void> {
    for (const identifier of identifiers) {
      const { link, back } = this.#keys(personId, identifier);
      await this.#table.remove(resourceId, link);
      await this.#table.remove(resourceId, back);
    }
  }

  /** Removes a person who has no links (any more). */
  async drop(resourceId: string, personId: string): Promise<void> {
    await this.#table.remove(resourceId, personKey(personId));
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

  async #identifiersOf(resourceId: string, personId: string): Promise<PersonalIdentifier[]> {
    const links = { partition: resourceId, from: linkKey(personId, ''), to: linkKey(personId, '~') };
    const identifiers: PersonalIdentifier[] = [];
    for await (const { text } of this.#table.rows<Columns>(links)) {
      const identifier = parseIdentifier(String(text));
      if (identifier !== undefined) {
        identifiers.push(identifier);
      }
    }
    return identifiers;
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

  async page(resourceId: string, limit: number, after?: string): Promise<{ ids: string[]; next?: string }> {
    const { rows, continuation } = await this.#table.query({
      partition: resourceId,
      from: after === undefined ? personKey('') : `${personKey(after)} `,
      to: personKey('~~'),
      top: Math.min(limit, pageRows),
    });
    const ids = rows.map(({ rowKey }) => rowKey.slice(personKey('').length));
    const last = ids.at(-1);
    return continuation === undefined || last === undefined ? { ids } : { ids, next: last };
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
