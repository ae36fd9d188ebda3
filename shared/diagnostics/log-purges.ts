// Purges of the log workspace: who waits for one, which were asked for, and how far these are. Identifiers lie here until the
// request that names them was taken; from then on only keyed hashes, until Azure says that the rows are gone.
import { BoundedCache, keyedHash } from '../auth/index.js';
import { formatIdentifier, parseIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import {
  type Columns,
  type DueIndex,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
} from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { maxPurgesInSlot, purgeAfterMs, purgeLookMs, purgePromiseMs, purgeSlotMs } from './log-limits.js';
import type { LogTable } from './log-table.js';
import { recordWaitingPurges } from './metrics.js';
import { nameOfBody, planPurges, type PurgeBatch, type WaitingPurge } from './plan-purges.js';
import type { PurgeAnswer, PurgeBody, PurgeDoor } from './purge-door.js';

/** Kind of the due work, of which there is one for the geography. */
export const purgeLogsKind = 'purge-logs';
const dueId = 'workspace';
const waitingPartition = 'waiting';
const askedPartition = 'asked';
const pace = { partitionKey: 'pace', rowKey: 'pace' };
/** What one piece of due work looks at. */
const page = 1_000;

export interface LogPurgesParts {
  readonly table: Table;
  readonly due: Pick<DueIndex, 'add'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names somebody where their identifier is not kept. */
  readonly hashKey: Buffer;
  /** undefined where the settings have none: then whose rows are there from before waits until these are gone by themselves. */
  readonly door: PurgeDoor | undefined;
  /** Whether rows go to a workspace at all. */
  readonly isOn: boolean;
  /** Rows are gone by then in any case. */
  readonly retentionMs: number;
  /** Known when everything is composed. */
  tables(): readonly LogTable[];
}

/** A purge that is not done yet. */
export interface OpenPurge {
  readonly isWaiting: boolean;
  /** Product ms. */
  readonly askedOn: number;
  /** When the rows are gone at the latest, product ms. */
  readonly until: number;
}

export interface PurgeBacklog {
  readonly waiting: number;
  readonly asked: number;
  /** Since when somebody waits, product ms. */
  readonly since: number | undefined;
  /** Status of the last refusal, until one is taken. */
  readonly refused: number | undefined;
}

export class LogPurges {
  readonly #parts: LogPurgesParts;
  /** Where there is no workspace nobody adds anything: whether something is there from before is looked up once. */
  #isEmpty: Promise<boolean> | undefined;
  /** Slots that stand in the due index already. */
  readonly #noted = new BoundedCache<true>(100);

  constructor(parts: LogPurgesParts) {
    this.#parts = parts;
  }

  /** Has the rows about somebody removed, or, without an identifier, all of the resource; doing it again changes little. */
  async add(resourceId: string, identifier: PersonalIdentifier | undefined): Promise<void> {
    const { table, clock } = this.#parts;
    const askedOn = Math.floor(clock.now());
    await this.#note(askedOn + purgeAfterMs);
    this.#isEmpty = undefined;
    const rowKey = `${resourceId}~${this.#hashOf(resourceId, identifier)}`;
    const named = identifier === undefined ? {} : { identifier: formatIdentifier(identifier) };
    await table.upsert({ partitionKey: waitingPartition, rowKey, askedOn, ...named }, 'replace');
  }

  /** undefined when all that was asked for is done. */
  async openOf(resourceId: string, identifier: PersonalIdentifier): Promise<OpenPurge | undefined> {
    const { table, isOn, clock, door, retentionMs } = this.#parts;
    if (!isOn && (await this.#isKnownEmpty())) {
      return undefined;
    }
    const hash = this.#hashOf(resourceId, identifier);
    const waiting = await table.get<Columns>(waitingPartition, `${resourceId}~${hash}`);
    if (waiting !== undefined) {
      const askedOn = Number(waiting['askedOn']);
      const promised = door === undefined ? Number.POSITIVE_INFINITY : clock.now() + purgeAfterMs + purgePromiseMs;
      return { isWaiting: true, askedOn, until: Math.min(promised, askedOn + retentionMs) };
    }
    let open: OpenPurge | undefined;
    for await (const row of table.rows<Columns>({ partition: askedPartition })) {
      if (String(row['about']).split(' ').includes(hash)) {
        const askedOn = Number(row['askedOn']);
        const until = Math.min(Number(row['takenOn']) + purgePromiseMs, askedOn + retentionMs);
        open = { isWaiting: false, askedOn, until: Math.max(until, open?.until ?? 0) };
      }
    }
    return open;
  }

  #isKnownEmpty(): Promise<boolean> {
    this.#isEmpty ??= this.#parts.table.scan({ top: 1, select: [] }).then(
      ({ rows, continuation }) => rows.length === 0 && continuation === undefined,
      (error: unknown) => {
        this.#isEmpty = undefined;
        throw error;
      },
    );
    return this.#isEmpty;
  }

  async backlog(): Promise<PurgeBacklog> {
    const { table } = this.#parts;
    const timesOf = async (partition: string) => {
      const times: number[] = [];
      for await (const row of table.rows<Columns>({ partition, select: ['askedOn'] })) {
        times.push(Number(row['askedOn']));
      }
      return times;
    };
    const [times, asked, state] = await Promise.all([
      timesOf(waitingPartition),
      timesOf(askedPartition),
      table.get<Columns>(pace.partitionKey, pace.rowKey),
    ]);
    return {
      waiting: times.length,
      asked: asked.length,
      since: times.length === 0 ? undefined : Math.min(...times),
      refused: Number(state?.['refused'] ?? 0) || undefined,
    };
  }

  /** Due work: asks for some purges, looks how far others are, and says when to go on. */
  async work(): Promise<boolean> {
    const { clock } = this.#parts;
    const isRefused = await this.#askSome();
    const open = await this.#lookAtAsked();
    const { waiting } = await this.backlog();
    recordWaitingPurges(waiting);
    const now = clock.now();
    if (waiting > 0) {
      await this.#note(now + (isRefused ? purgeLookMs : 1));
    } else if (open > 0) {
      await this.#note(now + purgeLookMs);
    }
    return true;
  }

  forget(): void {
    this.#isEmpty = undefined;
    this.#noted.clear();
  }

  /** @returns whether Azure refuses them as things are */
  async #askSome(): Promise<boolean> {
    const { clock, table, tables, door, retentionMs } = this.#parts;
    const { rows } = await table.query<Columns>({ partition: waitingPartition, top: page });
    const now = clock.now();
    const waiting = rows.map(toWaiting);
    const isOver = ({ askedOn }: WaitingPurge) => now >= askedOn + retentionMs;
    // What the workspace itself has let go of meanwhile needs no purge.
    for (const over of waiting.filter(isOver)) {
      await this.#removeWaiting(over);
    }
    if (door === undefined) {
      return true;
    }
    const ready = waiting.filter((each) => now >= each.askedOn + purgeAfterMs && !isOver(each));
    let refused = 0;
    for (const batch of planPurges(tables(), ready)) {
      const answer = await this.#askBatch(door, batch);
      if (answer?.kind === 'refused') {
        refused = answer.status;
      }
      if (answer === undefined || answer.kind === 'notNow' || refusesAll(refused)) {
        await (refused === 0 ? undefined : this.#noteRefusal(refused));
        return refused !== 0;
      }
    }
    await this.#noteRefusal(refused);
    return refused !== 0;
  }

  /**
   * What is refused, and what was not asked, is asked later; stopped in between, all of it is.
   *
   * @returns an answer that was no yes, if there was one; undefined when no more may be asked for now
   */
  async #askBatch(door: PurgeDoor, { bodies, covers }: PurgeBatch): Promise<PurgeAnswer | undefined> {
    const { table, ids, clock } = this.#parts;
    const about = covers.map(({ key }) => key.slice(key.indexOf('~') + 1)).join(' ');
    const askedOn = Math.max(...covers.map((each) => each.askedOn));
    if (!(await this.#mayAsk(bodies.length))) {
      return undefined;
    }
    const left: PurgeBody[] = [];
    let answer: PurgeAnswer = { kind: 'taken', path: '' };
    for (const [index, body] of bodies.entries()) {
      const own = await door.ask(body);
      if (own.kind === 'taken') {
        const { path } = own;
        const takenOn = Math.floor(clock.now());
        await table.insert({ partitionKey: askedPartition, rowKey: ids.uuid(), path, about, askedOn, takenOn });
        continue;
      }
      answer = own;
      if (own.kind === 'notNow' || refusesAll(own.status)) {
        left.push(...bodies.slice(index));
        break;
      }
      left.push(body);
    }
    for (const each of covers) {
      await (left.length === 0 ? this.#removeWaiting(each) : this.#keepWaiting(each, left, bodies));
    }
    return answer;
  }

  /** For what is still to be asked of it. */
  async #keepWaiting(
    { key, etag }: WaitingPurge,
    left: readonly PurgeBody[],
    asked: readonly PurgeBody[],
  ): Promise<void> {
    if (left.length < asked.length) {
      const row = { partitionKey: waitingPartition, rowKey: key, left: left.map(nameOfBody).join(' ') };
      await unlessChanged(this.#parts.table.update(row, etag, 'merge'));
    }
  }

  /** Whoever was asked for again meanwhile waits again. */
  async #removeWaiting({ key, etag }: WaitingPurge): Promise<void> {
    await unlessChanged(this.#parts.table.remove(waitingPartition, key, etag));
  }

  /** Counts requests before they are made, for all processes together: all of a batch or none, as a part is asked again. */
  async #mayAsk(count: number): Promise<boolean> {
    const { table, clock } = this.#parts;
    const slot = Math.floor(clock.now() / purgeSlotMs);
    const found = await table.get<Columns>(pace.partitionKey, pace.rowKey);
    const used = Number(found?.['slot']) === slot ? Number(found?.['used']) : 0;
    if (used + count > maxPurgesInSlot) {
      return false;
    }
    try {
      const row = { ...pace, slot, used: used + count };
      await (found === undefined ? table.insert(row) : table.update(row, found.etag, 'merge'));
      return true;
    } catch (error) {
      if (error instanceof StorageStale || error instanceof StorageConflict) {
        // Somebody else is at it.
        return false;
      }
      throw error;
    }
  }

  /** @param status 0 when a request was taken */
  async #noteRefusal(status: number): Promise<void> {
    const { table } = this.#parts;
    const found = await table.get<Columns>(pace.partitionKey, pace.rowKey);
    if (Number(found?.['refused'] ?? 0) !== status) {
      await table.upsert({ ...pace, refused: status }, 'merge');
    }
  }

  /** @returns how many are not done */
  async #lookAtAsked(): Promise<number> {
    const { table, clock, door } = this.#parts;
    const now = clock.now();
    const { rows } = await table.query<Columns>({ partition: askedPartition, top: page });
    let open = 0;
    for (const row of rows) {
      const isOver = now >= Number(row['askedOn']) + this.#parts.retentionMs;
      if (isOver || (await door?.isDone(String(row['path']))) === true) {
        await table.remove(askedPartition, row.rowKey);
      } else {
        open += 1;
      }
    }
    return open;
  }

  async #note(atMs: number): Promise<void> {
    const dueMs = Math.ceil(atMs / purgeSlotMs) * purgeSlotMs;
    if (this.#noted.get(String(dueMs)) === undefined) {
      await this.#parts.due.add({ kind: purgeLogsKind, id: dueId, dueMs });
      this.#noted.set(String(dueMs), true);
    }
  }

  #hashOf(resourceId: string, identifier: PersonalIdentifier | undefined): string {
    const name = identifier === undefined ? '' : formatIdentifier(identifier);
    return keyedHash(this.#parts.hashKey, 'purge', resourceId, name).subarray(0, 18).toString('base64url');
  }
}

/** Nothing else would be taken either: without the role, or too often. */
function refusesAll(status: number): boolean {
  return status === 401 || status === 403;
}

async function unlessChanged(written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof StorageStale) && !(error instanceof StorageNotFound)) {
      throw error;
    }
  }
}

function toWaiting(row: { readonly rowKey: string; readonly etag: string } & Columns): WaitingPurge {
  const { rowKey: key, etag, identifier: text, askedOn, left } = row;
  const identifier = text === undefined || text === null ? undefined : parseIdentifier(String(text));
  if (identifier === undefined && text !== undefined && text !== null) {
    // Without one, all rows of the resource would go.
    throw new Error('A purge that waits names nobody whom this build knows.');
  }
  return {
    key,
    etag,
    askedOn: Number(askedOn),
    resourceId: key.slice(0, 36),
    identifier,
    left: typeof left === 'string' && left !== '' ? left.split(' ') : undefined,
  };
}
