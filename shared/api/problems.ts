// What is wrong with what a caller sent, field by field, without repeating any of it.
import type { z } from 'zod';
import { Fault, type FaultDetail, type FaultEntry, faults } from '../http/index.js';

export type Place = 'body' | 'query' | 'headers';

/** An answer that lists them all could be longer than what it answers. */
const maxProblems = 20;

/** Code of one problem among several, as recorded from rooms. */
const problemCode = 'BadArgument';

/** Collects what is wrong in all places, so that a caller hears of everything at once. */
export class Problems {
  readonly #found: FaultDetail[] = [];
  readonly #own: FaultEntry | undefined;

  /** @param own the error of a service that has one of its own for this, with its own words */
  constructor(own?: FaultEntry) {
    this.#own = own;
  }

  /** @returns what the schema makes of the value; undefined when something is wrong with it */
  check(schema: z.ZodType, value: unknown, place: Place): unknown {
    const outcome = schema.safeParse(value);
    if (outcome.success) {
      return outcome.data;
    }
    for (const issue of outcome.error.issues.slice(0, maxProblems - this.#found.length)) {
      const target = targetOf(schema, issue.path);
      const subject = target === undefined ? subjects[place] : `"${target}" in the ${place} is`;
      const message = this.#own === undefined ? `${subject} not valid. ${textOf(issue)}`.trim() : textOf(issue);
      const named = this.#own === undefined ? target : target && capitalised(target);
      this.#found.push({ code: problemCode, message, ...(named !== undefined && { target: named }) });
    }
    return undefined;
  }

  /** @throws {Fault} 400 when there are any; the first of them speaks for all */
  throwIfAny(): void {
    const [first] = this.#found;
    if (first === undefined) {
      return;
    }
    const { message, target } = first;
    const entry = this.#own ?? faults.badRequest;
    const isAlone = this.#own !== undefined && this.#found.length === 1;
    throw new Fault(entry, {
      message,
      ...(target !== undefined && { target }),
      ...(!isAlone && { details: this.#found }),
    });
  }
}

const subjects = { body: 'The body is', query: 'The query is', headers: 'The headers are' } as const;

function capitalised(target: string): string {
  return target.replaceAll(/(^|\.)[a-z]/g, (start) => start.toUpperCase());
}

/** The schema's own words, but for the one text of the library that quotes what was sent. */
function textOf({ code, message }: z.core.$ZodIssue): string {
  return code === 'unrecognized_keys' ? 'It has a name that this operation does not know.' : message;
}

/** Names the field as far as its name is ours: the keys of a map, such as metadata, are the caller's own words. */
function targetOf(schema: z.core.$ZodType, path: readonly PropertyKey[]): string | undefined {
  let at: z.core.$ZodType | undefined = schema;
  let target = '';
  for (const part of path) {
    at = at && inside(at, part);
    if (at === undefined) {
      break;
    }
    target += typeof part === 'number' ? `[${part}]` : `${target === '' ? '' : '.'}${String(part)}`;
  }
  return target === '' ? undefined : target;
}

/** The schema of a declared field or an element; undefined for what no schema names. */
function inside(schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.hasOwn(def.shape, part) ? def.shape[String(part)] : undefined;
    case 'array':
      return typeof part === 'number' ? def.element : undefined;
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return inside(def.innerType, part);
    case 'pipe':
      return inside(def.in, part) ?? inside(def.out, part);
    case 'union':
      return def.options.map((option) => inside(option, part)).find((found) => found !== undefined);
    default:
      return undefined;
  }
}
