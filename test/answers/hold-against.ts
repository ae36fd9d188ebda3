// Holds what was really answered against what the operation declares, so that the declarations, and the OpenAPI document
// that is made from them, are true. Strict: what the schema does not know is as wrong as what it misses.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Operation } from '../../shared/api/index.js';
import { type AnswerStatus, downloadTypeOf, NoBody } from '../../shared/http/index.js';

/** An answer as it stands on the wire. */
export interface GivenAnswer {
  readonly status: number;
  /** By lower-case name. */
  header(name: string): string | null | undefined;
  /** The body; empty when there is none. Of a download it may be left away. */
  readonly content: string | Buffer;
}

/** @throws {Error} that names the operation and everything that is not as it declares; refusals are not looked at */
export function holdAgainst(operation: Operation, answer: GivenAnswer): void {
  const { status } = answer;
  if (status >= 400) {
    return;
  }
  const wrong = [...wrongHeaders(operation, answer), ...wrongBody(operation, answer)];
  if (wrong.length > 0) {
    throw new Error(`${operation.name} answers ${status} not as it declares:\n${wrong.join('\n')}`);
  }
}

function wrongHeaders({ answerHeaders }: Operation, { status, header }: GivenAnswer): string[] {
  const always = answerHeaders[status as AnswerStatus] ?? [];
  return always.filter((name) => !header(name)).map((name) => `it lacks the header ${name}`);
}

function wrongBody({ answers }: Operation, { status, header, content }: GivenAnswer): string[] {
  const schema = answers.get(status as AnswerStatus);
  if (schema === undefined) {
    return answers.has(status as AnswerStatus) ? [] : ['it does not declare this status'];
  }
  if (schema === NoBody) {
    return content.length === 0 ? [] : [`it has a body: ${String(content.slice(0, 200))}`];
  }
  const contentType = header('content-type') ?? '';
  const download = downloadTypeOf(schema);
  if (download !== undefined) {
    return isLike(contentType, download) ? [] : [`its content type is ${contentType}, not ${download}`];
  }
  if (!contentType.startsWith('application/json')) {
    return [`its content type is ${contentType}, not JSON`];
  }
  const body: unknown = JSON.parse(String(content));
  const { data, error } = schema.safeParse(body);
  if (error !== undefined) {
    return [z.prettifyError(error)];
  }
  return isDeepStrictEqual(data, body) ? [] : unknownPaths(body, data, '').map((path) => `it does not know ${path}`);
}

/** `image/*` is any image. */
function isLike(contentType: string, declared: string): boolean {
  return declared.endsWith('/*') ? contentType.startsWith(declared.slice(0, -1)) : contentType === declared;
}

/** What is in a body and not in what its schema has read of it. */
function unknownPaths(body: unknown, known: unknown, path: string): string[] {
  if (typeof body !== 'object' || body === null || typeof known !== 'object' || known === null) {
    return isDeepStrictEqual(body, known) ? [] : [path];
  }
  return Object.entries(body).flatMap(([name, value]) =>
    unknownPaths(value, (known as Record<string, unknown>)[name], `${path}/${name}`),
  );
}
