// How texts that were sent lie in their table, without anything of what they say. A text is found by a keyed hash of its
// guid, in one of sixteen partitions; in the same one lies the pointer of its recipient:
//
//   t!<hash>         the text: how it stands; whom it is to, closed under its guid, until its report is final
//   p!<who>!<hash>   that it is to this number: a keyed hash
//   f!<ref>!<hash>   what the carrier calls it (by a hash of that): its guid, closed under the carrier's word
//   i!<hash>         that a text has come in, so that one that is told again has the same id
import type { Columns, Row, Stored } from '../storage/index.js';
import type { TextState } from './model.js';

/** Kind of the due work that removes what is known of a text when its time has come. */
export const dropTextKind = 'drop-text';
/** And of a text whose owner wants to be told by a time that nothing was heard of it. */
export const timeOutTextKind = 'time-out-text';

/** Part of each key, so never to change. */
export const textShards = 16;

export interface SentText {
  readonly hash: string;
  readonly resourceId: string;
  /** Of the request that is accepting it. */
  readonly claim: string;
  /** When it was begun to be accepted, real ms. */
  readonly claimedMs: number;
  /** It lies in the outbox, or has an end. */
  readonly isAccepted: boolean;
  /** Product ms. */
  readonly createdOn: number;
  readonly keptUntil: number;
  readonly state: TextState;
  /** One of the codes of ACS; 0 while there is none. */
  readonly code: number;
  /** Since when it stands so, product ms. */
  readonly at: number;
  /** `TextFacts`; empty when its report is final, or its recipient was erased. */
  readonly sealed: string;
  /** Keyed hash of the recipient; empty as above. */
  readonly who: string;
  readonly segments: number;
  /** Of its parts that are reported: how many arrived, and how many did not; by number. */
  readonly parts: Readonly<Record<string, boolean>>;
  /** How many parts it has, as the first report of one of them says; 0 before. */
  readonly partCount: number;
  /** Hashes of what the carrier calls it. */
  readonly references: readonly string[];
  /** Its guid, closed under a secret of the geography: only where the owner wants a report by a time. */
  readonly timeoutSeal: string;
}

export interface StoredText extends SentText {
  readonly etag: string;
}

export function shardOfHash(hash: string): string {
  const [first = 0] = Buffer.from(hash, 'base64url');
  return String(first % textShards).padStart(2, '0');
}

export function shardName(shard: number): string {
  return String(shard).padStart(2, '0');
}

export const textKey = (hash: string): string => `t!${hash}`;
export const pointerKey = (who: string, hash: string): string => `p!${who}!${hash}`;
export const referenceKey = (reference: string, hash: string): string => `f!${reference}!${hash}`;
export const incomingKey = (hash: string): string => `i!${hash}`;

export function rangeOfPointers(who: string) {
  return { from: `p!${who}!`, to: `p!${who}"` };
}

export function rangeOfReference(reference: string) {
  return { from: `f!${reference}!`, to: `f!${reference}"` };
}

export function toTextRow({ hash, resourceId, parts, references, ...rest }: SentText): Row {
  return {
    partitionKey: shardOfHash(hash),
    rowKey: textKey(hash),
    resource: resourceId,
    ...rest,
    parts: JSON.stringify(parts),
    references: references.join(' '),
  };
}

export function toText(row: Stored<Columns>): StoredText {
  const text = (name: string) => String(row[name] ?? '');
  const references = text('references');
  return {
    hash: row.rowKey.slice('t!'.length),
    resourceId: text('resource'),
    claim: text('claim'),
    claimedMs: Number(row['claimedMs']),
    isAccepted: row['isAccepted'] === true,
    createdOn: Number(row['createdOn']),
    keptUntil: Number(row['keptUntil']),
    state: text('state') as TextState,
    code: Number(row['code']),
    at: Number(row['at']),
    sealed: text('sealed'),
    who: text('who'),
    segments: Number(row['segments']),
    parts: JSON.parse(text('parts')) as Record<string, boolean>,
    partCount: Number(row['partCount'] ?? 0),
    references: references === '' ? [] : references.split(' '),
    timeoutSeal: text('timeoutSeal'),
    etag: row.etag,
  };
}
