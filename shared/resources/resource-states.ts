// In which states a resource can be, and what each lets through. What depends on a state asks this list; a state that
// comes later is one more line here.

interface LetsThrough {
  /** Users, with tokens of the resource. */
  readonly users: boolean;
  /** Owners: with access keys at its host, and with changes through management. */
  readonly owners: boolean;
  /** Work about it that outlives a request. */
  readonly jobs: boolean;
  /** Management shows it. */
  readonly isListed: boolean;
  /** It has its name and its geography for good, and yields to nobody who creates one of the same name. */
  readonly isSettled: boolean;
}

export const resourceStates = {
  Creating: { users: false, owners: false, jobs: false, isListed: true, isSettled: false },
  Succeeded: { users: true, owners: true, jobs: true, isListed: true, isSettled: true },
  Deleting: { users: false, owners: false, jobs: true, isListed: true, isSettled: true },
} as const satisfies Readonly<Record<string, LetsThrough>>;

export type ResourceState = keyof typeof resourceStates;

/** What a state lets through; nothing for one that this build does not know. */
export function lets(state: string): LetsThrough {
  const known: Readonly<Record<string, LetsThrough>> = resourceStates;
  return Object.hasOwn(known, state) ? (known[state] ?? nothing) : nothing;
}

const nothing: LetsThrough = { users: false, owners: false, jobs: false, isListed: false, isSettled: true };

/** Of a row that says none: the resource that nobody has created has no columns of management. */
export const stateWithoutColumn: ResourceState = 'Succeeded';
