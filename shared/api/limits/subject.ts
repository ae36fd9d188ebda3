// Whom a call is counted against: the values of a scope in one request.
import { hash } from 'node:crypto';
import type { Caller } from '../../auth/index.js';
import type { Resource } from '../../geography/index.js';
import type { Part, Scope } from './scope.js';

/** What is known of a request before its body is read. */
export interface Subject {
  /** Undefined for management, which is counted by who manages. */
  readonly resource: Resource | undefined;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
}

/** A key counts one call, or as many as it says. */
export type LimitKey = string | { readonly key: string; readonly counts: number };

/** What a parsed body is counted by, under the names of `body(...)` scopes; no key: not counted. */
export type LimitKeys = Readonly<Record<string, readonly LimitKey[]>>;

// Most ids are shorter; whatever is longer must not fill the memory.
const maxPlainLength = 64;

/** Whether it is known without the body what the scope tells apart. */
export function isKnownAtOnce({ parts }: Scope): boolean {
  return parts.every(({ from }) => from !== 'body');
}

/**
 * Tells apart whatever a scope tells apart that is known at once. Holds ids of persons: for keys in memory, never for a
 * log.
 */
export function subjectKey(scope: Scope, subject: Subject, bodyKey = ''): string {
  const { resource, caller } = subject;
  let key = resource?.immutableId ?? (caller?.kind === 'manager' ? caller.subject : '');
  for (const part of scope.parts) {
    key += `\n${valueOf(part, subject, bodyKey)}`;
  }
  return key;
}

/** The same for a scope with a part of the body, which may name several, and for how much each counts. */
export function countedKeys(scope: Scope, subject: Subject, keys: LimitKeys): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const part of scope.parts.filter(({ from }) => from === 'body')) {
    for (const { key, counts } of keysOf(part, keys)) {
      const whole = subjectKey(scope, subject, key);
      counted.set(whole, (counted.get(whole) ?? 0) + counts);
    }
  }
  return counted;
}

function keysOf({ name }: Part, keys: LimitKeys): readonly { readonly key: string; readonly counts: number }[] {
  const given = keys[name];
  if (given === undefined) {
    throw new Error(`A call is to be counted by ${name}, but its operation did not say by which.`);
  }
  return given.map((each) => (typeof each === 'string' ? { key: each, counts: 1 } : each));
}

function valueOf(part: Part, { caller, params }: Subject, bodyKey: string): string {
  switch (part.from) {
    case 'caller':
      return userOf(caller);
    case 'route':
      return bounded(params[part.param] ?? '');
    case 'body':
      // Addresses and numbers of persons are not kept in memory as they are.
      return hash('sha256', bodyKey, 'base64');
  }
}

function userOf(caller: Caller): string {
  switch (caller?.kind) {
    case 'user':
      return caller.rawId;
    case 'entraUser':
      return caller.objectId;
    default:
      return '';
  }
}

/** A hash has 44 characters; `#` and a line break stand in no id, so that it is not taken for one, nor for two. */
function bounded(value: string): string {
  const isPlain = value.length <= maxPlainLength && !value.includes('\n');
  return isPlain ? value : `#${hash('sha256', value, 'base64')}`;
}
