// The phones of the emulator: whatever is sent lies here instead of leaving the machine, by the number that it was sent to. A
// row a text, newest first. It never exists in a deployment.
import type { EraseStep } from '../../data-map/index.js';
import { type Columns, type DueIndex, eraseRows, type Stored, type Table } from '../../storage/index.js';
import type { Clock } from '../../time/clock.js';
import type { Ids } from '../../time/ids.js';

/** Kind of the due work that removes texts whose time is over. */
export const dropPhoneTextKind = 'drop-phone-text';
/** Product ms. */
const phoneTextLifeMs = 7 * 24 * 60 * 60_000;
/** Keys sort the newest first; more than any time of a clock, ms. */
const latestMs = 9_999_999_999_999;

export interface PhoneText {
  readonly id: string;
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly segments: number;
  /** Product ms. */
  readonly receivedOn: number;
  readonly keptUntil: number;
}

export interface PhoneParts {
  readonly table: Table;
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface TextFilter {
  readonly number?: string | undefined;
  readonly from?: string | undefined;
  readonly text?: string | undefined;
}

export class Phone {
  readonly #parts: PhoneParts;

  constructor(parts: PhoneParts) {
    this.#parts = parts;
  }

  async put(resourceId: string, text: Omit<PhoneText, 'id' | 'receivedOn' | 'keptUntil'>): Promise<void> {
    const { table, due, clock, ids } = this.#parts;
    const receivedOn = Math.floor(clock.now());
    const id = `${String(latestMs - receivedOn).padStart(13, '0')}-${ids.bytes(6).toString('hex')}`;
    const keptUntil = receivedOn + phoneTextLifeMs;
    await due.add({ kind: dropPhoneTextKind, id: `${resourceId}~${id}`, dueMs: keptUntil });
    await table.insert({ partitionKey: resourceId, rowKey: id, ...text, receivedOn, keptUntil });
  }

  /** Newest first. */
  async *all(resourceId: string, { number, from, text }: TextFilter = {}): AsyncGenerator<PhoneText> {
    for await (const row of this.#parts.table.rows<Columns>({ partition: resourceId })) {
      const found = toPhoneText(row);
      const isWanted =
        found.keptUntil > this.#parts.clock.now() &&
        (number === undefined || found.to === number) &&
        (from === undefined || found.from === from) &&
        (text === undefined || found.text.toLowerCase().includes(text.toLowerCase()));
      if (isWanted) {
        yield found;
      }
    }
  }

  async newest(resourceId: string, filter: TextFilter): Promise<PhoneText | undefined> {
    for await (const text of this.all(resourceId, filter)) {
      return text;
    }
    return undefined;
  }

  async remove(resourceId: string, id: string): Promise<void> {
    await this.#parts.table.remove(resourceId, id);
  }

  /** Due work: its time never changes. */
  async drop(dueId: string): Promise<boolean> {
    const [resourceId = '', id = ''] = dueId.split('~');
    await this.remove(resourceId, id);
    return true;
  }

  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#parts.table, { partition: resourceId });
  }
}

function toPhoneText(row: Stored<Columns>): PhoneText {
  const text = (name: string) => String(row[name] ?? '');
  return {
    id: row.rowKey,
    messageId: text('messageId'),
    from: text('from'),
    to: text('to'),
    text: text('text'),
    segments: Number(row['segments']),
    receivedOn: Number(row['receivedOn']),
    keptUntil: Number(row['keptUntil']),
  };
}
