// The words in which services declare how often an operation may be called. Figures are data: one table a service
// (`rate-limits.ts`), with its source; operations refer to an entry of it.

/** Whose calls are counted together. All of them are counted per resource: one resource never uses up another's. */
export const scopes = ['resource', 'user', 'thread', 'userAndThread'] as const;
export type Scope = (typeof scopes)[number];

/** Length of each window, ms. */
export const windowMs = { '10s': 10_000, '30s': 30_000, '1m': 60_000, '1h': 3_600_000 } as const;
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
}

export const perResource = (count: number, window: WindowName): Rate => ({ per: 'resource', count, window });
export const perUser = (count: number, window: WindowName): Rate => ({ per: 'user', count, window });
export const perThread = (count: number, window: WindowName): Rate => ({ per: 'thread', count, window });
export const perUserAndThread = (count: number, window: WindowName): Rate => ({ per: 'userAndThread', count, window });

/** Declares a service's table; keeps the literal names. */
export function rateLimits<Names extends string>(
  service: string,
  table: Record<Names, readonly Rate[]>,
): Record<Names, Budget> {
  const budgets: Partial<Record<Names, Budget>> = {};
  for (const name of Object.keys(table) as Names[]) {
    budgets[name] = { name: `${service}.${name}`, rates: table[name] };
  }
  return budgets as Record<Names, Budget>;
}
