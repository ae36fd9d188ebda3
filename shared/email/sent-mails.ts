// Mails that were sent: how the operation of each stands, and what became of each recipient. Recipients are keyed hashes;
// subject, text and addresses lie in the outbox alone, and go with the hand-over.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  type DueIndex,
  eraseRows,
  isKey,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
} from '../storage/index.js';
import type { Ids } from '../time/ids.js';
import { mayFollow, type RecipientOutcomeState } from './mail-states.js';
import {
  addressKey,
  mailKey,
  rangeOfAddressed,
  type SentError,
  type SentMail,
  type StoredMail,
  toMail,
  toMailRow,
} from './sent-mail-rows.js';
import { isLost, untilWon } from './suppression-changes.js';

/** Kind of the due work that removes what is known of a mail when its time has come. */
export const dropSentMailKind = 'drop-sent-mail';

const erasePage = 50;

/** So long what this process has accepted is known to it without a look, real ms; nearly all of it has arrived by then. */
const knownAcceptedMs = 5_000;

export interface SentMailsParts {
  readonly table: Table;
  readonly due: DueIndex;
  readonly ids: Ids;
  /** Addresses are keys as keyed hashes only. */
  readonly hash: (address: string) => string;
}

/** How an outcome changes what is kept of a mail. */
export interface MailChange {
  /** By place of the recipient. */
  readonly states?: ReadonlyMap<number, RecipientOutcomeState>;
  /** An end yields to none, but that what was to be handed over may fail. */
  readonly status?: 'running' | 'succeeded' | 'failed';
  readonly error?: SentError;
  /** When the delivery was accepted that says so, product ms: of one that a mail had before it was begun anew it is old. */
  readonly acceptedOn?: number;
}

/** Of one change: what it will be, and which recipients have another state then. */
export interface Changed {
  readonly mail: StoredMail;
  readonly changed: readonly number[];
}

export class SentMails {
  readonly #parts: SentMailsParts;
  /** By resource and id, mails that this process is accepting, or has just accepted: how they are then, if that is known. */
  readonly #accepting = new Map<string, Promise<StoredMail | undefined>>();

  constructor(parts: SentMailsParts) {
    this.#parts = parts;
  }

  hashOf(address: string): string {
    return this.#parts.hash(address);
  }

  /** @returns what is there already, or its ETag when it was written now */
  async begin(resourceId: string, mail: SentMail): Promise<{ readonly etag: string } | StoredMail> {
    const { table, due } = this.#parts;
    await due.add({ kind: dropSentMailKind, id: `${resourceId}~${mail.id}`, dueMs: mail.keptUntil });
    const pointers = this.#pointersOf(resourceId, mail).map((row) => ({ kind: 'insert' as const, row }));
    try {
      const row = toMailRow(resourceId, mail);
      const [etag = ''] = await table.transaction(resourceId, [{ kind: 'insert', row }, ...pointers]);
      return { etag };
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
    const found = await this.find(resourceId, mail.id);
    if (found === undefined) {
      throw new StorageConflict('A mail came and went meanwhile.', { code: 'Conflict' });
    }
    return found;
  }

  async find(resourceId: string, id: string): Promise<StoredMail | undefined> {
    if (!isKey(id)) {
      return undefined;
    }
    const row = await this.#parts.table.get<Columns>(resourceId, mailKey(id));
    return row && toMail(row);
  }

  /** Begins one anew that has failed, under the same id. @returns undefined when another was quicker */
  async beginAnew(
    resourceId: string,
    { etag }: StoredMail,
    mail: SentMail,
  ): Promise<{ readonly etag: string } | undefined> {
    const { table, due } = this.#parts;
    await due.add({ kind: dropSentMailKind, id: `${resourceId}~${mail.id}`, dueMs: mail.keptUntil });
    const pointers = this.#pointersOf(resourceId, mail).map(
      (row) => ({ kind: 'upsert', row, mode: 'replace' }) as const,
    );
    const row = toMailRow(resourceId, mail);
    try {
      const [next = ''] = await table.transaction(resourceId, [
        { kind: 'update', row, etag, mode: 'replace' },
        ...pointers,
      ]);
      return { etag: next };
    } catch (error) {
      if (isLost(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Takes an acceptance over that somebody has left. @returns undefined when another was quicker */
  async takeOver(
    resourceId: string,
    { id, etag }: StoredMail,
    claim: Pick<SentMail, 'claim' | 'claimedMs'>,
  ): Promise<{ readonly etag: string } | undefined> {
    return this.#update(resourceId, id, { ...claim }, etag);
  }

  /**
   * Accepts a mail, and notes that it lies in the outbox. What becomes of it meanwhile in this process waits for the note,
   * so that the two do not get in each other's way; what another process has written stays.
   */
  async start(resourceId: string, record: SentMail, etag: string, accept: () => Promise<void>): Promise<void> {
    const { promise, resolve } = newSignal();
    const name = nameOf(resourceId, record.id);
    this.#accepting.set(name, promise);
    let accepted: StoredMail | undefined;
    try {
      await accept();
      const now = { status: 'running' } as const;
      const updated = await this.#update(resourceId, record.id, now, etag);
      accepted = updated && { ...record, ...now, ...updated };
    } finally {
      resolve(accepted);
      setTimeout(() => this.#forgetAccepted(name, promise), knownAcceptedMs).unref();
    }
  }

  #forgetAccepted(name: string, promise: Promise<StoredMail | undefined>): void {
    if (this.#accepting.get(name) === promise) {
      this.#accepting.delete(name);
    }
  }

  /** Takes back what was begun, as if nobody had asked; nothing of it lies in the outbox. */
  async withdraw(resourceId: string, { id, who, sender }: Pick<SentMail, 'id' | 'who' | 'sender'>): Promise<void> {
    const hashes = [...new Set([...who.filter((each) => each !== ''), this.#parts.hash(sender)])];
    await this.#parts.table.removeAll(resourceId, [mailKey(id), ...hashes.map((each) => addressKey(each, id))]);
  }

  /**
   * Nothing happens when nothing is known of the mail any more.
   *
   * @returns the mail as it is now, with its states; undefined when nothing is known of it, or it was begun anew
   * @param tell told before it is written: so it hears of everything, of some of it twice
   */
  async change(
    resourceId: string,
    id: string,
    { states, status, error, acceptedOn = Number.POSITIVE_INFINITY }: MailChange,
    tell: (changed: Changed) => Promise<void> = async () => undefined,
  ): Promise<StoredMail | undefined> {
    const name = nameOf(resourceId, id);
    const accepted = await this.#accepting.get(name);
    this.#accepting.delete(name);
    // Its ETag proves that it is still so when it is written. Whoever bounces is written down elsewhere before: that needs a look.
    let remembered = isDelivered(states) ? accepted : undefined;
    let known: StoredMail | undefined;
    await untilWon(this.#parts.ids, async () => {
      const found = remembered ?? (await this.find(resourceId, id));
      remembered = undefined;
      const mail = found !== undefined && found.createdOn <= acceptedOn ? found : undefined;
      known = mail;
      if (mail === undefined) {
        return;
      }
      const changed: number[] = [];
      const next = mail.states.map((before, index) => {
        const after = states?.get(index);
        if (after === undefined || !mayFollow(before.state, after.state)) {
          return before;
        }
        changed.push(index);
        return after;
      });
      const isEnded = mail.status === 'succeeded' || mail.status === 'failed';
      known = { ...mail, states: next };
      const to = isEnded || status === undefined || status === mail.status ? undefined : status;
      if (changed.length > 0) {
        await tell({ mail: { ...mail, states: next, status: to ?? mail.status }, changed });
      }
      if (changed.length > 0 || to !== undefined) {
        const row = {
          ...(changed.length > 0 && { states: JSON.stringify(next) }),
          ...(to !== undefined && { status: to }),
          ...(to === 'failed' && error !== undefined && { error: JSON.stringify(error) }),
        };
        await this.#parts.table.update({ partitionKey: resourceId, rowKey: mailKey(id), ...row }, mail.etag, 'merge');
      }
    });
    return known;
  }

  /** Mails to or from an address; none for an empty one. */
  async *addressed(resourceId: string, address: string): AsyncGenerator<StoredMail> {
    if (address === '') {
      return;
    }
    const range = { partition: resourceId, ...rangeOfAddressed(this.#parts.hash(address)) };
    for await (const { rowKey } of this.#parts.table.rows<Columns>({ ...range, select: ['RowKey'] })) {
      const mail = await this.find(resourceId, rowKey.slice(rowKey.lastIndexOf('!') + 1));
      if (mail !== undefined) {
        yield mail;
      }
    }
  }

  /** Takes a person out of the mails to or from an address; what became of the others is still known. */
  async forget(resourceId: string, address: string): Promise<EraseStep> {
    const { table, hash, ids } = this.#parts;
    if (address === '') {
      return { erased: 0 };
    }
    const hashed = hash(address);
    const { rows, continuation } = await table.query<Columns>({
      partition: resourceId,
      ...rangeOfAddressed(hashed),
      top: erasePage,
    });
    for (const { rowKey } of rows) {
      const id = rowKey.slice(rowKey.lastIndexOf('!') + 1);
      await untilWon(ids, async () => {
        const mail = await this.find(resourceId, id);
        if (mail !== undefined) {
          const who = mail.who.map((each) => (each === hashed ? '' : each)).join(' ');
          const sender = hash(mail.sender) === hashed ? '' : mail.sender;
          await table.update({ partitionKey: resourceId, rowKey: mailKey(id), who, sender }, mail.etag, 'merge');
        }
      });
      await table.remove(resourceId, rowKey);
    }
    return { erased: rows.length, ...(continuation !== undefined && { cursor: 'more' }) };
  }

  /** Due work. @returns whether it is dealt with */
  async drop(dueId: string, now: number): Promise<boolean> {
    const [resourceId = '', id = ''] = dueId.split('~');
    const mail = await this.find(resourceId, id);
    if (mail === undefined) {
      return true;
    }
    if (mail.keptUntil > now) {
      // An id that was taken back and used again: that one has an entry of its own.
      return true;
    }
    await this.withdraw(resourceId, mail);
    return true;
  }

  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#parts.table, { partition: resourceId });
  }

  #pointersOf(partitionKey: string, { id, who, sender, createdOn, keptUntil }: SentMail) {
    const hashes = [...new Set([...who, this.#parts.hash(sender)])];
    return hashes.map((each) => ({ partitionKey, rowKey: addressKey(each, id), createdOn, keptUntil }));
  }

  async #update(
    resourceId: string,
    id: string,
    columns: Readonly<Record<string, string | number>>,
    etag: string,
  ): Promise<{ readonly etag: string } | undefined> {
    try {
      const row = { partitionKey: resourceId, rowKey: mailKey(id), ...columns };
      return { etag: await this.#parts.table.update(row, etag, 'merge') };
    } catch (error) {
      if (error instanceof StorageStale || error instanceof StorageNotFound) {
        return undefined;
      }
      throw error;
    }
  }
}

/** Callers choose ids, and those of another resource may choose the same. */
function nameOf(resourceId: string, id: string): string {
  return `${resourceId}~${id}`;
}

function isDelivered(states: MailChange['states']): boolean {
  return states !== undefined && [...states.values()].every(({ state }) => state === 'Delivered');
}

function newSignal() {
  let resolve = (_accepted: StoredMail | undefined): void => undefined;
  const promise = new Promise<StoredMail | undefined>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
