// How a mail that was sent lies in its table, without anything of what it says. Partition = immutable id of the resource:
//
//   m!<id>            the mail: status of its operation, sender, a state a recipient and a keyed hash a recipient
//   p!<hash>!<id>     that it was to or from this address
import type { Columns, Row, Stored } from '../storage/index.js';
import type { RecipientOutcomeState } from './mail-states.js';

/** `notStarted` until it lies in the outbox. */
export type SentStatus = 'notStarted' | 'running' | 'succeeded' | 'failed';

export interface SentError {
  readonly code: string;
  readonly message: string;
}

export interface SentMail {
  readonly id: string;
  readonly status: SentStatus;
  /** Tells requests of the same id apart. */
  readonly requestHash: string;
  /** Of the request that is accepting it: what another one has begun to accept is not handed over. */
  readonly claim: string;
  /** When it was begun to be accepted, real ms. */
  readonly claimedMs: number;
  /** Product ms. */
  readonly createdOn: number;
  /** Product ms. */
  readonly keptUntil: number;
  /** Immutable id of the email resource. */
  readonly ownerId: string;
  /** Name of the domain in it. */
  readonly domain: string;
  /** Empty once the person was erased. */
  readonly sender: string;
  readonly internetMessageId: string;
  readonly tracksEngagement: boolean;
  /** Random; with it alone the links of a tracked mail say to whom it was. Empty when it is not tracked. */
  readonly mailKey: string;
  readonly states: readonly RecipientOutcomeState[];
  /** Keyed hashes, in the order of the states; empty once the person was erased. */
  readonly who: readonly string[];
  readonly error?: SentError | undefined;
}

export interface StoredMail extends SentMail {
  readonly etag: string;
}

export function mailKey(id: string): string {
  return `m!${id}`;
}

export function addressKey(hash: string, id: string): string {
  return `p!${hash}!${id}`;
}

export function rangeOfAddressed(hash: string) {
  return { from: `p!${hash}!`, to: `p!${hash}"` };
}

export function toMailRow(partitionKey: string, { id, states, who, error, ...rest }: SentMail): Row {
  return {
    partitionKey,
    rowKey: mailKey(id),
    ...rest,
    states: JSON.stringify(states),
    who: who.join(' '),
    ...(error !== undefined && { error: JSON.stringify(error) }),
  };
}

export function toMail(row: Stored<Columns>): StoredMail {
  const text = (name: string) => String(row[name] ?? '');
  const error = row['error'] === undefined ? undefined : (JSON.parse(text('error')) as SentError);
  return {
    id: row.rowKey.slice('m!'.length),
    status: text('status') as SentStatus,
    requestHash: text('requestHash'),
    claim: text('claim'),
    claimedMs: Number(row['claimedMs']),
    createdOn: Number(row['createdOn']),
    keptUntil: Number(row['keptUntil']),
    ownerId: text('ownerId'),
    domain: text('domain'),
    sender: text('sender'),
    internetMessageId: text('internetMessageId'),
    tracksEngagement: row['tracksEngagement'] === true,
    mailKey: text('mailKey'),
    states: JSON.parse(text('states')) as RecipientOutcomeState[],
    who: text('who').split(' '),
    ...(error !== undefined && { error }),
    etag: row.etag,
  };
}
