// How a lane and a delivery are written as rows, and read again.
import { type Columns, readLongText, type Row, type Stored, writeLongText } from '../storage/index.js';
import { laneOf, shardOfLane } from './due-ref.js';
import { maxRecipientCharacters } from './limits.js';
import type { FinalOutcome, KeptDelivery, KeptRecipient, Lane } from './model.js';

/** Characters of one column, below the 32,768 that one holds; recipients take three columns, empty ones too. */
const partCharacters = 30_000;
const recipientParts = maxRecipientCharacters / partCharacters;

/** Sorts before the deliveries of its lane. */
export function laneKey({ lane, version }: Pick<Lane, 'lane' | 'version'>): string {
  return `d!${lane}!${version}`;
}

export function deliveryKey(id: string): string {
  return `d!${id}`;
}

/** Tells that a shared lane exists, so that it is made once. */
export function sharedLaneKey(lane: string): string {
  return `lane!${lane}`;
}

export function pointerKey(who: string, id: string): string {
  return `who!${who}!${id}`;
}

export function isDeliveryKey(rowKey: string): boolean {
  return rowKey.startsWith('d!') && rowKey.includes('.');
}

export function toLaneRow(lane: Lane): Row {
  const row: Record<string, string | number | boolean> = {
    partitionKey: shardOfLane(lane.lane),
    rowKey: laneKey(lane),
    resource: lane.resourceId,
    destination: lane.destination,
    isShared: lane.isShared,
    count: lane.count,
    tail: lane.tail,
    attempts: lane.attempts,
    dueMs: lane.dueMs,
    leasedUntil: lane.leasedUntil,
    lease: lane.lease,
    isHanding: lane.isHanding,
  };
  if (lane.untold.length > 0) {
    writeLongText(row, 'untold', JSON.stringify(lane.untold));
    row['tellings'] = lane.tellings;
  }
  return row as unknown as Row;
}

export function toLane(row: Stored<Columns>): Lane {
  const [lane = '', version = ''] = row.rowKey.slice('d!'.length).split('!');
  return {
    lane,
    version,
    resourceId: String(row['resource']),
    destination: String(row['destination']),
    isShared: row['isShared'] === true,
    count: Number(row['count']),
    tail: Number(row['tail']),
    attempts: Number(row['attempts']),
    dueMs: Number(row['dueMs']),
    leasedUntil: Number(row['leasedUntil']),
    lease: String(row['lease']),
    isHanding: row['isHanding'] === true,
    untold: JSON.parse(readLongText(row, 'untold') ?? '[]') as FinalOutcome[],
    tellings: Number(row['tellings'] ?? 0),
  };
}

/** @param destination stands in the row too, so that what waits can be counted from deliveries alone */
export function toDeliveryRow(delivery: KeptDelivery, destination: string): Row {
  const row: Record<string, unknown> = {
    ...factsOf(delivery, destination),
    about: JSON.stringify(delivery.about),
    ...recipientColumns(delivery.recipients),
  };
  writeLongText(row, 'content', delivery.content);
  if (delivery.body !== undefined) {
    writeLongText(row, 'body', delivery.body.toString('base64'));
  }
  return row as unknown as Row;
}

/**
 * The row of a delivery whose outcomes are all final, and only have to be told: nothing of its content, and nobody but whom
 * the capability is to be told of by their address.
 */
export function toEmptyRow(delivery: KeptDelivery, recipients: KeptDelivery['recipients'], destination: string): Row {
  return {
    ...factsOf({ ...delivery, bytes: 0, blob: '' }, destination),
    about: '[]',
    content: '',
    ...recipientColumns(recipients),
  };
}

export function toDelivery(row: Stored<Columns>): KeptDelivery {
  const body = readLongText(row, 'body');
  return {
    id: row.rowKey.slice('d!'.length),
    resourceId: String(row['resource']),
    reference: String(row['reference']),
    acceptedOn: Number(row['acceptedOn']),
    giveUpAt: Number(row['giveUpAt']),
    recipients: JSON.parse(readLongText(row, 'recipients') ?? '') as KeptRecipient[],
    about: JSON.parse(String(row['about'])) as string[],
    content: readLongText(row, 'content') ?? '',
    ...(body !== undefined && { body: Buffer.from(body, 'base64') }),
    blob: String(row['blob']),
    bytes: Number(row['bytes']),
    ...(row['trace'] !== undefined && { trace: String(row['trace']) }),
  };
}

/** Every column that recipients ever took, so that a merge leaves no address of an earlier list behind. */
export function recipientColumns(recipients: readonly KeptRecipient[]): Record<string, string> {
  const text = JSON.stringify(recipients);
  const columns: Record<string, string> = {};
  let start = 0;
  for (let part = 0; part < recipientParts; part++) {
    let end = Math.min(start + partCharacters, text.length);
    // Half a surrogate pair does not survive UTF-8.
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) {
      end -= 1;
    }
    columns[part === 0 ? 'recipients' : `recipients${part}`] = text.slice(start, end);
    start = end;
  }
  return columns;
}

/** Everybody whom a delivery is about, each once. */
export function personsOf({ about, recipients }: Pick<KeptDelivery, 'about' | 'recipients'>): readonly string[] {
  return [...new Set([...about, ...recipients.flatMap(({ who }) => who ?? [])])];
}

function factsOf(delivery: KeptDelivery, destination: string) {
  const { id, resourceId, reference, acceptedOn, giveUpAt, blob, bytes, trace } = delivery;
  return {
    partitionKey: shardOfLane(laneOf(id)),
    rowKey: deliveryKey(id),
    resource: resourceId,
    destination,
    reference,
    acceptedOn,
    giveUpAt,
    blob,
    bytes,
    ...(trace !== undefined && { trace }),
  };
}
