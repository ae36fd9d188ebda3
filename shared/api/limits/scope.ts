// By what calls are counted together: by resource alone, or also by parts of the request - who calls, a parameter of the
// route, something that the body says. All are counted per resource: one resource never uses up another's.

/** One thing that tells callers apart. */
export type Part =
  | { readonly from: 'caller'; readonly name: string }
  | { readonly from: 'route'; readonly name: string; readonly param: string }
  | { readonly from: 'body'; readonly name: string };

export interface Scope {
  /** How own figures name it: `resource`, `user`, `thread`, `userAndThread`. */
  readonly name: string;
  /** In the order of the name. */
  readonly parts: readonly Part[];
}

export const resource: Scope = scopeOf([]);
/** Who holds the token; for operations that ask for one of a user. */
export const user: Scope = scopeOf([{ from: 'caller', name: 'user' }]);

/**
 * A parameter of the route.
 *
 * @param name how own figures name it; default is the parameter's own name
 * @example { per: param('chatThreadId', 'thread'), count: 10, window: '10s' }
 */
export function param(parameter: string, name = parameter): Scope {
  return scopeOf([{ from: 'route', name, param: parameter }]);
}

/**
 * Something that is known when the body is parsed: the operation says it under this name in `limitKeys`, as one key or
 * several, each of which may count more than one.
 *
 * @example { per: body('recipient'), count: 100, window: '1d' }
 */
export function body(name: string): Scope {
  return scopeOf([{ from: 'body', name }]);
}

/** What is the same in all of these scopes: `both(user, thread)` is each user in each thread. */
export function both(...scopes: readonly Scope[]): Scope {
  const parts = scopes.flatMap((scope) => scope.parts);
  if (parts.filter(({ from }) => from === 'body').length > 1) {
    // Which key of one goes with which key of the other could not be told.
    throw new Error('A scope has at most one part of the body; let the operation give one key for both.');
  }
  return scopeOf(parts);
}

/** Every scope that can be made of these parts, from the resource alone to all of them. */
export function scopesOfParts(parts: readonly Part[]): readonly Scope[] {
  return parts
    .reduce<(readonly Part[])[]>((made, part) => [...made, ...made.map((some) => [...some, part])], [[]])
    .filter((some) => some.filter(({ from }) => from === 'body').length <= 1)
    .map(scopeOf);
}

function scopeOf(parts: readonly Part[]): Scope {
  const [first = 'resource', ...others] = parts.map(({ name }) => name);
  return { name: [first, ...others.map((each) => `And${each[0]?.toUpperCase()}${each.slice(1)}`)].join(''), parts };
}
