// What an entry of the due index tells of a delivery without anything being read: enough to leave it alone while its
// destination is down, to give it up in time, and to remove a blob that nothing leads to any more.
import type { StoredDueEntry } from '../storage/index.js';

/** Kind of the due work: there is no other in an outbox's own index. */
export const handOverKind = 'hand-over';

export interface DueRef {
  readonly id: string;
  readonly lane: string;
  /** Keyed hash. */
  readonly destination: string;
  /** Product ms. */
  readonly giveUpAt: number;
  /** Until then its acceptance may still be under way, real ms: that it is not there says nothing. */
  readonly acceptedBy: number;
  /** Name of the blob that its body lies in; else empty. */
  readonly blob: string;
}

/** An entry as it lies in the index. */
export interface Wake extends DueRef {
  readonly entry: Pick<StoredDueEntry, 'rowKey'> & { readonly bucket: number };
}

/** A delivery that waits in this process only, for a place, has no entry. */
export type Waking = Omit<Wake, 'entry'> & Partial<Pick<Wake, 'entry'>>;

export function dueIdOf({ id, destination, giveUpAt, acceptedBy, blob }: DueRef): string {
  return [id, destination, encode(giveUpAt), encode(acceptedBy), blob].join('~');
}

export function toWake(bucket: number, { id: dueId, rowKey }: Pick<StoredDueEntry, 'id' | 'rowKey'>): Wake {
  const [id = '', destination = '', giveUpAt = '', acceptedBy = '', blob = ''] = dueId.split('~');
  return {
    id,
    lane: laneOf(id),
    destination,
    giveUpAt: Number.parseInt(giveUpAt, 36),
    acceptedBy: Number.parseInt(acceptedBy, 36),
    blob,
    entry: { rowKey, bucket },
  };
}

/** An id names the lane that its delivery lies in, and its place there. */
export function laneOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}

/** A lane names the partition that it lies in. */
export function shardOfLane(lane: string): string {
  return lane.slice(0, 2);
}

function encode(ms: number): string {
  return Math.ceil(ms).toString(36);
}
