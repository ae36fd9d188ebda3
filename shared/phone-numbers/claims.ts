// Who has which number: one row a number, in whatever resource it is. Inserting the row is the lock: of two who want the same
// number, in two resources or two processes, one meets the other's. What is free has no row.
import type { NumberCapabilities, NumberClaim, NumberFacts } from './model.js';
import { digitsOf } from './model.js';
import type { OwnedNumber, OwnedNumbers } from './owned-number.js';
import {
  type Columns,
  type Row,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Stored,
  type Table,
} from '../storage/index.js';

/** What a number is held by: a search or a reservation of a resource. */
export interface Hold {
  readonly resourceId: string;
  /** Id of the search or the reservation. */
  readonly order: string;
  /** Product ms; from then on anybody may take it. */
  readonly until: number;
}

export interface Purchase {
  readonly resourceId: string;
  /** Id of the purchase. */
  readonly order: string;
  /** Product ms. */
  readonly on: number;
}

type StoredClaim = NumberClaim & { readonly etag: string };

const maxTries = 5;

export class NumberClaims implements OwnedNumbers {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Whoever has it, and be it that their time is over; undefined when nobody does. */
  async claimOf(phoneNumber: string): Promise<NumberClaim | undefined> {
    return this.#read(phoneNumber);
  }

  /** The number when this resource owns it. */
  async owned(resourceId: string, phoneNumber: string): Promise<NumberClaim | undefined> {
    const claim = await this.#read(phoneNumber);
    return claim?.resourceId === resourceId && claim.purchasedOn !== undefined ? claim : undefined;
  }

  async find(resourceId: string, phoneNumber: string): Promise<OwnedNumber | undefined> {
    return toOwned(await this.owned(resourceId, phoneNumber));
  }

  async ownerOf(phoneNumber: string): Promise<OwnedNumber | undefined> {
    const claim = await this.#read(phoneNumber);
    return claim?.purchasedOn === undefined ? undefined : toOwned(claim);
  }

  /**
   * Holds a number, or holds it longer. May be repeated.
   *
   * @param now product ms
   * @returns false when somebody else has it
   */
  async hold(facts: NumberFacts, hold: Hold, now: number): Promise<boolean> {
    const row = toRow({ ...facts, resourceId: hold.resourceId, order: hold.order, heldUntil: hold.until });
    try {
      await this.#table.insert(row);
      return true;
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
    const found = await this.#read(facts.phoneNumber);
    if (found === undefined || found.purchasedOn !== undefined) {
      return false;
    }
    const isOurs = found.resourceId === hold.resourceId && found.order === hold.order;
    if (!isOurs && (found.heldUntil ?? 0) > now) {
      return false;
    }
    return isOurs && found.heldUntil === hold.until ? true : this.#replace(row, found.etag);
  }

  /**
   * Makes a number that is held the resource's own. May be repeated.
   *
   * @param heldBy id of the search or the reservation
   * @returns the number as it is owned now; undefined when it is not held any more
   */
  async buy(
    phoneNumber: string,
    heldBy: string,
    { resourceId, order, on }: Purchase,
  ): Promise<NumberClaim | undefined> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await this.#read(phoneNumber);
      if (found?.resourceId !== resourceId) {
        return undefined;
      }
      if (found.purchasedOn !== undefined) {
        return found.order === order ? found : undefined;
      }
      if (found.order !== heldBy) {
        return undefined;
      }
      const { etag, heldUntil: _, ...facts } = found;
      const owned: NumberClaim = { ...facts, order, purchasedOn: on };
      if (await this.#replace(toRow(owned), etag)) {
        return owned;
      }
    }
    return undefined;
  }

  /** Takes a number that nobody has at once, for the emulator. @returns whether it is the resource's now */
  async give(facts: NumberFacts, { resourceId, order, on }: Purchase): Promise<boolean> {
    try {
      await this.#table.insert(toRow({ ...facts, resourceId, order, purchasedOn: on }));
      return true;
    } catch (error) {
      if (error instanceof StorageConflict) {
        return (await this.owned(resourceId, facts.phoneNumber)) !== undefined;
      }
      throw error;
    }
  }

  /** @returns false when the resource does not own it by this purchase any more */
  async change(claim: NumberClaim, capabilities: NumberCapabilities): Promise<boolean> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await this.#read(claim.phoneNumber);
      if (found?.resourceId !== claim.resourceId || found.order !== claim.order) {
        return false;
      }
      const { etag, ...facts } = found;
      if (await this.#replace(toRow({ ...facts, capabilities }), etag)) {
        return true;
      }
    }
    return false;
  }

  /** Gives a number back, if this resource has it by this order. May be repeated. */
  async giveBack(phoneNumber: string, resourceId: string, order: string): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await this.#read(phoneNumber);
      if (found?.resourceId !== resourceId || found.order !== order) {
        return;
      }
      if (await this.#remove(phoneNumber, found.etag)) {
        return;
      }
    }
    throw new Error('A number that is given back changes all the time.');
  }

  /** Of a resource that is deleted: by whatever it has the number. */
  async giveBackOf(phoneNumber: string, resourceId: string): Promise<boolean> {
    const found = await this.#read(phoneNumber);
    return found?.resourceId === resourceId && this.#remove(phoneNumber, found.etag);
  }

  async #read(phoneNumber: string): Promise<StoredClaim | undefined> {
    const { partitionKey, rowKey } = keysOf(phoneNumber);
    // What is no number is no key either.
    const row = /^\d{2,15}$/.test(rowKey) ? await this.#table.get<Columns>(partitionKey, rowKey) : undefined;
    return row && fromRow(row);
  }

  async #replace(row: Row, etag: string): Promise<boolean> {
    try {
      await this.#table.update(row, etag, 'replace');
      return true;
    } catch (error) {
      return isOvertaken(error);
    }
  }

  async #remove(phoneNumber: string, etag: string): Promise<boolean> {
    const { partitionKey, rowKey } = keysOf(phoneNumber);
    try {
      await this.#table.remove(partitionKey, rowKey, etag);
      return true;
    } catch (error) {
      return isOvertaken(error);
    }
  }
}

/** @throws what is anything else */
function isOvertaken(error: unknown): false {
  if (error instanceof StorageStale || error instanceof StorageNotFound) {
    return false;
  }
  throw error;
}

function toOwned(claim: NumberClaim | undefined): OwnedNumber | undefined {
  if (claim === undefined) {
    return undefined;
  }
  const { phoneNumber, phoneNumberType, capabilities, resourceId } = claim;
  return { phoneNumber, phoneNumberType, capabilities, resourceId };
}

/** A hundred partitions, by the last digits, which spread best. */
function keysOf(phoneNumber: string) {
  const rowKey = digitsOf(phoneNumber);
  return { partitionKey: rowKey.slice(-2), rowKey };
}

function toRow(claim: NumberClaim): Row {
  const { phoneNumber, capabilities, cost, ...others } = claim;
  const { resourceId, order, heldUntil, purchasedOn, countryCode, phoneNumberType, assignmentType } = others;
  return {
    ...keysOf(phoneNumber),
    resource: resourceId,
    order,
    heldUntil,
    purchasedOn,
    country: countryCode,
    type: phoneNumberType,
    assignment: assignmentType,
    calling: capabilities.calling,
    sms: capabilities.sms,
    amount: cost.amount,
    currency: cost.currencyCode,
  };
}

function fromRow(row: Stored<Columns>): StoredClaim {
  const { heldUntil, purchasedOn } = row;
  return {
    phoneNumber: `+${row.rowKey}`,
    resourceId: String(row['resource']),
    order: String(row['order']),
    ...(heldUntil !== undefined && { heldUntil: Number(heldUntil) }),
    ...(purchasedOn !== undefined && { purchasedOn: Number(purchasedOn) }),
    countryCode: String(row['country']),
    phoneNumberType: row['type'] as NumberFacts['phoneNumberType'],
    assignmentType: row['assignment'] as NumberFacts['assignmentType'],
    capabilities: {
      calling: row['calling'] as NumberCapabilities['calling'],
      sms: row['sms'] as NumberCapabilities['sms'],
    },
    cost: { amount: Number(row['amount']), currencyCode: String(row['currency']) },
    etag: row.etag,
  };
}
