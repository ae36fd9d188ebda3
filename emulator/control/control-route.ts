// A route of the control plane, as data.
import { z } from 'zod';
import type { EmulatorOperations } from '../operations.js';

export interface ControlRoute<Body = unknown, Query = unknown> {
  readonly method: 'GET' | 'POST';
  /** `{name}` stands for one path segment. */
  readonly path: string;
  /** The parsed body; no body at all is an empty object. */
  readonly body: z.ZodType<Body>;
  readonly query: z.ZodType<Query>;
  readonly maxBodyBytes: number;
  /** Answers what becomes JSON. */
  handle(operations: EmulatorOperations, request: ControlRequest<Body, Query>): unknown;
}

export interface ControlRequest<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** What stood in the path in place of `{name}`, and '' for a name that the path does not have. */
  param(name: string): string;
}

type Declared<Body, Query> = Pick<ControlRoute<Body, Query>, 'method' | 'path' | 'handle'> &
  Partial<ControlRoute<Body, Query>>;

const defaultMaxBodyBytes = 64 * 1024;

/** Declares a route. Unless told otherwise it takes a body without members, and does not look at the query. */
export function controlRoute<Body = Record<string, never>, Query = unknown>(
  route: Declared<Body, Query>,
): ControlRoute {
  const declared: Omit<ControlRoute, 'handle'> = {
    body: z.strictObject({}),
    query: z.unknown(),
    maxBodyBytes: defaultMaxBodyBytes,
    ...route,
  };
  // Body and query have been through their schemas when they arrive.
  return { ...declared, handle: route.handle as ControlRoute['handle'] };
}
