// What an operator is told about one stored thing: how long it is kept, and why.
import type { Moment } from './expiry.js';

/** Times are product time, milliseconds. */
export interface Explanation {
  /** Which policy holds, as a sentence; no content and nothing about a person. */
  readonly policy: string;
  /** Since when the policy holds for the thing. */
  readonly since: number;
  /** Undefined while nothing but a request ends it. */
  readonly expiresOn?: number;
  /** From then on nobody reads it. */
  readonly invisibleFrom?: number;
  /** No byte of it is left then, when the sweep is healthy. */
  readonly goneBy?: number;
  /** An operator can bring it back until then. */
  readonly restorableUntil?: number;
}

export interface ExplainAccess<Opened> extends Moment {
  readonly opened: Opened;
  /** Immutable id of the resource; things of another one are not told of. */
  readonly resourceId: string;
}

/** What a store can explain, one thing at a time. */
export interface Explainer<Opened> {
  /** What the thing is called, for example `thread`; one word, unique in the data map. */
  readonly kind: string;
  /** The id tells who a person is, so it must not stand in a path. */
  readonly isIdPersonal?: true;
  /** undefined when there is no such thing (any more): as if it had never been */
  explain(id: string, access: ExplainAccess<Opened>): Promise<Explanation | undefined>;
}

/** How long after its time the sweep has removed a thing at the latest, when it is healthy; product ms. */
export const sweptWithinMs = 15 * 60_000;

/** The explanation of a thing that is there until its time is over, and then gone. */
export function explainKept(policy: string, since: number, expiresOn: number | undefined): Explanation {
  if (expiresOn === undefined) {
    return { policy, since };
  }
  return { policy, since, expiresOn, invisibleFrom: expiresOn, goneBy: expiresOn + sweptWithinMs };
}
