// What is promised about one thread, in ten lines. Times are product time, ms.
import { day, minute } from './stopped-time.js';

export interface ModelThread {
  readonly createdOn: number;
  /** Undefined when the policy is `none`. */
  days: number | undefined;
  policySince: number;
  /** Since when a sweep has marked it expired. */
  markedOn?: number | undefined;
  deletedOn?: number;
  isStored: boolean;
}

/** A policy that ran out before it was set runs out then. */
const end = ({ createdOn, days, policySince }: ModelThread) =>
  days === undefined ? Number.POSITIVE_INFINITY : Math.max(createdOn + days * day, policySince);
const expiredOn = (thread: ModelThread, now: number) =>
  thread.markedOn ?? (now >= end(thread) ? end(thread) : undefined);
export const isReadable = (thread: ModelThread, now: number) =>
  thread.deletedOn === undefined && expiredOn(thread, now) === undefined;
export const isRestorable = (thread: ModelThread, now: number) =>
  thread.deletedOn === undefined && now < (expiredOn(thread, now) ?? Number.NEGATIVE_INFINITY) + 30 * day;

export function sweep(thread: ModelThread, now: number): void {
  if (thread.deletedOn === undefined) {
    thread.markedOn = expiredOn(thread, now);
  }
  if (now >= (thread.markedOn ?? Number.POSITIVE_INFINITY) + 30 * day) {
    thread.deletedOn ??= now;
  }
  if (now >= (thread.deletedOn ?? Number.POSITIVE_INFINITY) + minute) {
    thread.isStored = false;
  }
}

/** The next moments at which something changes by itself. */
export const deadlines = (thread: ModelThread, now: number) =>
  [end(thread), (expiredOn(thread, now) ?? end(thread)) + 30 * day].filter(Number.isFinite);
