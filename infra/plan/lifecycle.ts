// The storage account's own backstop behind the sweep: whole days, judged by Azure about once a day, so it never is what
// keeps a promise, only what limits the damage when the sweep does not run.

export interface LifecycleRule {
  readonly container: string;
  /** Azure removes what is older than this; the earliest match is a little over that many days old. */
  readonly daysAfterCreation: number;
}

export const lifecycleRules: readonly LifecycleRule[] = [
  { container: 'exports', daysAfterCreation: 1 },
  // Dead letters hold whole events.
  { container: 'eventdeadletters', daysAfterCreation: 1 },
];
