// Whom a call is counted against: the values of a scope, as far as they are known before the body is read.
import type { EntraUserCaller, ManagerCaller, OwnerCaller, UserCaller } from '../../auth/index.js';
import type { Resource } from '../../geography/index.js';
import type { Budget, Rate, Scope } from './rate.js';

/** The parts of a request that scopes look at. */
export interface Subject {
  /** Undefined for management, which is counted by who manages. */
  readonly resource: Resource | undefined;
  readonly caller: OwnerCaller | UserCaller | ManagerCaller | EntraUserCaller | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** Route parameter of the thread, in every operation about one. */
export const threadParam = 'chatThreadId';

// A thread id has 57 characters. What is longer is no thread, and must not fill the memory.
const maxThreadIdLength = 64;

/** Tells apart whatever the scope tells apart. Holds ids of persons: for keys in memory, never for a log. */
export function subjectKey(scope: Scope, { resource, caller, params }: Subject): string {
  const whose = resource?.immutableId ?? (caller?.kind === 'manager' ? caller.subject : '');
  const user = caller?.kind === 'user' ? caller.rawId : '';
  // The thread comes last: it is the one part that a caller can write freely.
  const thread = (params[threadParam] ?? '').slice(0, maxThreadIdLength);
  switch (scope) {
    case 'resource':
      return whose;
    case 'user':
      return `${whose}\n${user}`;
    case 'thread':
      return `${whose}\n${thread}`;
    case 'userAndThread':
      return `${whose}\n${user}\n${thread}`;
  }
}

/** The scopes by which a budget can be counted: those whose values all of its operations know. */
export function scopesOf({ rates }: Budget): readonly Scope[] {
  const has = (...wanted: Scope[]) => rates.some(({ per }: Rate) => wanted.includes(per));
  if (has('thread', 'userAndThread')) {
    return ['resource', 'user', 'thread', 'userAndThread'];
  }
  return has('user') ? ['resource', 'user'] : ['resource'];
}
