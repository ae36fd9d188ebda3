// What an operation answers when nothing is wrong: the schema of the body, by status. The OpenAPI document is made from it,
// and tests hold every real answer against it. At run time nothing is looked at but the statuses.
import type { z } from 'zod';
import { type Answer, type AnswerStatus, type Download, NoBody } from '../http/index.js';

/** Schemas by status; `NoBody` where there is none, `downloadOf` where it is no JSON. */
export type Answers = Readonly<Partial<Record<AnswerStatus, z.ZodType>>>;

/** What a handler may hand over where this is the schema. */
export type AnswerBody<Schema extends z.ZodType> = Unchanged<z.input<Schema>>;

/** Nothing is changed in a body any more, so lists and objects may be read-only ones. */
type Unchanged<Value> = Value extends Download
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Unchanged<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Unchanged<Value[Key]> }
      : Value;

/** The answers that a handler may choose from. */
export type AnswerOf<Declared extends Answers> = {
  readonly [Status in keyof Declared & AnswerStatus]: Answer<Status, AnswerBody<NonNullable<Declared[Status]>>>;
}[keyof Declared & AnswerStatus];

/** Headers, by lower-case name, that every answer of a status has beside those of all answers. */
export type AnswerHeaders = Readonly<Partial<Record<AnswerStatus, readonly string[]>>>;

interface Declaration {
  readonly name: string;
  readonly ok?: unknown;
  readonly created?: unknown;
  readonly accepted?: unknown;
  readonly noContent?: unknown;
  readonly returns?: z.ZodType | undefined;
  readonly answer?: unknown;
  readonly answers?: Answers | undefined;
}

/** @throws {Error} when there is not exactly one handler, or what it answers is declared in the wrong place */
export function declaredAnswers({ name, ok, created, accepted, noContent, returns, answer, answers }: Declaration) {
  const named = [
    [200, ok, returns],
    [201, created, returns],
    [202, accepted, returns],
    [204, noContent, NoBody],
  ] as const;
  const handlers = [...named.map(([, handler]) => handler), answer].filter((handler) => handler !== undefined);
  if (handlers.length !== 1) {
    throw new Error(`Operation ${name} needs exactly one of ok, created, accepted, noContent, answer.`);
  }
  const declared: [AnswerStatus, z.ZodType | undefined][] =
    answers === undefined
      ? named.filter(([, handler]) => handler !== undefined).map(([status, , schema]) => [status, schema])
      : Object.entries(answers).map(([status, schema]) => [Number(status) as AnswerStatus, schema]);
  const [first, ...others] = declared.map(([status]) => status);
  if (first === undefined || (answers !== undefined && answer === undefined)) {
    throw new Error(`Operation ${name} needs answers with answer, and with nothing else.`);
  }
  if (returns !== undefined && (answer !== undefined || noContent !== undefined)) {
    throw new Error(`Operation ${name} needs returns with ok, created or accepted, and with nothing else.`);
  }
  return { answers: new Map(declared), statuses: [first, ...others] as const, handle: handlers[0] };
}
