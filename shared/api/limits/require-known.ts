// A budget counted by something that the operation does not know would be one for everybody: refused where the operation
// is declared.
import type { Auth } from '../../auth/index.js';
import type { Budget } from './rate.js';

export interface LimitedOperation {
  readonly name: string;
  /** Method and path. */
  readonly route: string;
  readonly auth: Auth;
  readonly limit?: Budget | undefined;
  /** Functions by name of what they count by. */
  readonly limitKeys?: Readonly<Record<string, unknown>> | undefined;
}

const hasUser: ReadonlySet<Auth['kind']> = new Set<Auth['kind']>(['userToken', 'entraUser']);

/** @throws {Error} one sentence that says what the operation lacks */
export function requireKnown({ name, route, auth, limit, limitKeys = {} }: LimitedOperation): void {
  const parts = limit?.parts ?? [];
  for (const part of parts) {
    if (part.from === 'caller' && !hasUser.has(auth.kind)) {
      throw new Error(`Operation ${name} is limited per ${part.name}, but has no user token.`);
    }
    if (part.from === 'route' && !route.includes(`{${part.param}}`)) {
      throw new Error(`Operation ${name} is limited per ${part.name}, but has no {${part.param}} in its route.`);
    }
    if (part.from === 'body' && !Object.hasOwn(limitKeys, part.name)) {
      throw new Error(`Operation ${name} is limited per ${part.name}, but has no ${part.name} in its limitKeys.`);
    }
  }
  for (const key of Object.keys(limitKeys)) {
    if (!parts.some((part) => part.from === 'body' && part.name === key)) {
      throw new Error(`Operation ${name} says its ${key}, by which its limit does not count.`);
    }
  }
}
