// The words in which services declare how often an operation may be called. Figures are data: one table a service
// (`rate-limits.ts`), with its source; operations refer to an entry of it.
import { type Part, resource, type Scope, scopesOfParts, user } from './scope.js';

/** Length of each window, ms. */
export const windowMs = {
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 24 * 3_600_000,
  '7d': 7 * 24 * 3_600_000,
} as const;
export type WindowName = keyof typeof windowMs;

/** At most `count` calls in any window of this length. */
export interface Rate {
  readonly per: Scope;
  readonly count: number;
  readonly window: WindowName;
}

/** What the operations that name it may use up together; all of its rates must admit a call. */
export interface Budget {
  /** `{service}.{entry}`: how own figures name it. */
  readonly name: string;
  readonly rates: readonly Rate[];
  /** What every operation that names it knows of a call. */
  readonly parts: readonly Part[];
  /** By what own figures may count it: every scope of these parts. */
  readonly scopes: readonly Scope[];
}

export const perResource = (count: number, window: WindowName): Rate => ({ per: resource, count, window });
export const perUser = (count: number, window: WindowName): Rate => ({ per: user, count, window });

/**
 * Declares a service's table; keeps the literal names.
 *
 * @param alwaysKnown what each operation of the service can be counted by, beside what its own rates say
 * @example
 * const thread = param('chatThreadId', 'thread');
 * const table = rateLimits('chat', { updateThread: [{ per: thread, count: 5, window: '10s' }] }, [user]);
 */
export function rateLimits<Names extends string>(
  service: string,
  table: Record<Names, readonly Rate[]>,
  alwaysKnown: readonly Scope[] = [],
): Record<Names, Budget> {
  const budgets: Partial<Record<Names, Budget>> = {};
  for (const name of Object.keys(table) as Names[]) {
    const rates = table[name];
    const parts = partsOf([...alwaysKnown, ...rates.map(({ per }) => per)]);
    budgets[name] = { name: `${service}.${name}`, rates, parts, scopes: scopesOfParts(parts) };
  }
  return budgets as Record<Names, Budget>;
}

/** Each once; a name means one thing, since own figures say no more than it. */
function partsOf(scopes: readonly Scope[]): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const part of scopes.flatMap((scope) => scope.parts)) {
    const known = parts.get(part.name) ?? part;
    if (JSON.stringify(known) !== JSON.stringify(part)) {
      throw new Error(`Rates count by two different things called ${part.name}.`);
    }
    parts.set(part.name, part);
  }
  return [...parts.values()];
}
