// docs/advisories.json: what was known on a day against packages that are shipped.
import { readFileSync } from 'node:fs';

export interface Advisory {
  readonly package: string;
  readonly ids: readonly string[];
  /** A range, as npm writes them. */
  readonly affected: string;
  readonly title: string;
  readonly source: string;
  /** Why it can be borne, when a version that is shipped is affected. */
  readonly reason?: string;
}

export interface Advisories {
  readonly lookedUpOn: string;
  readonly how: string;
  /** Versions by name. */
  readonly lookedUp: Readonly<Record<string, readonly string[]>>;
  readonly notLookedUp: Readonly<Record<string, readonly string[]>>;
  readonly advisories: readonly Advisory[];
}

export function readAdvisories(): Advisories {
  return JSON.parse(readFileSync('docs/advisories.json', 'utf8')) as Advisories;
}
