// The mailbox of the emulator: whatever is sent lies here instead of leaving the machine. A row a mail, newest first, and
// the message as it would have been sent in a blob. It never exists in a deployment.
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { EraseStep } from '../../data-map/index.js';
import {
  type Blobs,
  type Columns,
  type DueIndex,
  eraseRows,
  isKey,
  StorageNotFound,
  type Stored,
  type Table,
} from '../../storage/index.js';
import type { Clock } from '../../time/clock.js';
import type { Ids } from '../../time/ids.js';

/** Kind of the due work that removes mails whose time is over. */
export const dropMailboxKind = 'drop-mailbox-mail';
/** Product ms. */
const mailboxLifeMs = 7 * 24 * 60 * 60_000;
/** Keys sort the newest first; more than any time of a clock, ms. */
const latestMs = 9_999_999_999_999;
const erasePage = 100;

export interface MailboxMail {
  readonly id: string;
  /** Of the operation that has sent it. */
  readonly operationId: string;
  /** Product ms. */
  readonly receivedOn: number;
  readonly keptUntil: number;
  readonly from: string;
  /** Of the envelope: everybody who gets it, blind copies too. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly returnPath: string;
  readonly bytes: number;
}

export interface MailboxParts {
  readonly table: Table;
  readonly blobs: Blobs;
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
}

export type ArrivingMail = Omit<MailboxMail, 'id' | 'receivedOn' | 'keptUntil' | 'bytes'>;

export class Mailbox {
  readonly #parts: MailboxParts;

  constructor(parts: MailboxParts) {
    this.#parts = parts;
  }

  async put(resourceId: string, mail: ArrivingMail, message: Buffer): Promise<string> {
    const { table, blobs, due, clock, ids } = this.#parts;
    const receivedOn = Math.floor(clock.now());
    const id = `${String(latestMs - receivedOn).padStart(13, '0')}-${ids.bytes(6).toString('hex')}`;
    const keptUntil = receivedOn + mailboxLifeMs;
    await due.add({ kind: dropMailboxKind, id: `${resourceId}~${id}`, dueMs: keptUntil });
    const { to, ...columns } = mail;
    // The row first, by which the message is found whoever dies between the two; it is shown when both are there.
    await table.insert({
      partitionKey: resourceId,
      rowKey: id,
      ...columns,
      to: to.join(' '),
      receivedOn,
      keptUntil,
      bytes: message.length,
      isArriving: true,
    });
    await blobs.upload(nameOf(resourceId, id), message);
    try {
      await table.update({ partitionKey: resourceId, rowKey: id, isArriving: false }, '*', 'merge');
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
      // Somebody whom it names was erased meanwhile, or the mailbox was cleared.
      await this.removeMessage(resourceId, id);
    }
    return id;
  }

  /** What has arrived, or is arriving too. */
  async *all(resourceId: string, isArrivingToo = false): AsyncGenerator<MailboxMail> {
    for await (const row of this.#parts.table.rows<Columns>({ partition: resourceId })) {
      const mail = toMail(row);
      if (mail.keptUntil > this.#parts.clock.now() && (isArrivingToo || row['isArriving'] !== true)) {
        yield mail;
      }
    }
  }

  async find(resourceId: string, id: string): Promise<MailboxMail | undefined> {
    const row = isKey(id) ? await this.#parts.table.get<Columns>(resourceId, id) : undefined;
    const mail = row && toMail(row);
    const isShown = mail !== undefined && mail.keptUntil > this.#parts.clock.now() && row?.['isArriving'] !== true;
    return isShown ? mail : undefined;
  }

  async open(resourceId: string, id: string): Promise<Readable | undefined> {
    return (await this.#parts.blobs.download(nameOf(resourceId, id)))?.content;
  }

  async message(resourceId: string, id: string): Promise<Buffer | undefined> {
    const content = await this.open(resourceId, id);
    return content && buffer(content);
  }

  /** The message first: what has a row has a message, or is gone in a moment. */
  async remove(resourceId: string, id: string): Promise<void> {
    await this.removeMessage(resourceId, id);
    await this.removeRow(resourceId, id);
  }

  async removeMessage(resourceId: string, id: string): Promise<void> {
    await this.#parts.blobs.remove(nameOf(resourceId, id));
  }

  async removeRow(resourceId: string, id: string): Promise<void> {
    await this.#parts.table.remove(resourceId, id);
  }

  /** Due work: its time never changes. */
  async drop(dueId: string): Promise<boolean> {
    const [resourceId = '', id = ''] = dueId.split('~');
    await this.remove(resourceId, id);
    return true;
  }

  async removeAllOf(resourceId: string): Promise<EraseStep> {
    const { names, continuation } = await this.#parts.blobs.list(`${resourceId}.`, undefined, erasePage);
    for (const name of names) {
      await this.#parts.blobs.remove(name);
    }
    return { erased: names.length, ...(continuation !== undefined && { cursor: 'more' }) };
  }

  removeRowsOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#parts.table, { partition: resourceId });
  }
}

function nameOf(resourceId: string, id: string): string {
  return `${resourceId}.${id}`;
}

function toMail(row: Stored<Columns>): MailboxMail {
  const text = (name: string) => String(row[name] ?? '');
  return {
    id: row.rowKey,
    operationId: text('operationId'),
    receivedOn: Number(row['receivedOn']),
    keptUntil: Number(row['keptUntil']),
    from: text('from'),
    to: text('to').split(' '),
    subject: text('subject'),
    returnPath: text('returnPath'),
    bytes: Number(row['bytes']),
  };
}
