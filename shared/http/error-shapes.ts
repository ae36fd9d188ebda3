// The bodies in which errors are written: that of ACS, and two that single operations have instead.
import { STATUS_CODES } from 'node:http';
import type { Fault } from './fault.js';

export const jsonType = 'application/json; charset=utf-8';

/**
 * - `acs`: `{"error":{"code","message","target"?,"details"?,"innererror"?}}`, ACS's common errors.
 * - `fields`: `{"From":["Invalid From phone number format"]}`, as recorded from SMS; of what concerns no field, as `acs`.
 * - `problem`: `application/problem+json` (RFC 9457), as SMS answers for delivery reports that it does not have.
 */
export type ErrorShape = 'acs' | 'fields' | 'problem';

/** By status; the others are in the shape of ACS. */
export type ErrorShapes = Readonly<Partial<Record<number, ErrorShape>>>;

export interface WrittenError {
  readonly contentType: string;
  readonly body: string;
}

export function writeError(fault: Fault, shape: ErrorShape): WrittenError {
  switch (shape) {
    case 'acs':
      return { contentType: jsonType, body: JSON.stringify({ error: acsError(fault) }) };
    case 'fields': {
      const errors = fieldErrors(fault) ?? { error: acsError(fault) };
      return { contentType: jsonType, body: JSON.stringify(errors) };
    }
    case 'problem': {
      const { status, code, message } = fault;
      const problem = { type: 'about:blank', title: STATUS_CODES[status] ?? code, status, detail: message, code };
      return { contentType: 'application/problem+json; charset=utf-8', body: JSON.stringify(problem) };
    }
  }
}

function acsError({ code, message, extras: { target, details, innererror } }: Fault) {
  return {
    code,
    message,
    ...(target !== undefined && { target }),
    ...(details !== undefined && { details }),
    ...(innererror !== undefined && { innererror }),
  };
}

/** Messages by field, each part of its name with a capital, as ASP.NET writes them; undefined when no field is named. */
function fieldErrors({ message, extras: { target, details } }: Fault): Record<string, string[]> | undefined {
  const problems = (details ?? [{ message, target }]).filter((problem) => problem.target !== undefined);
  const byField: Record<string, string[]> = {};
  for (const { target: field = '', message: text } of problems) {
    (byField[field.replaceAll(/(^|\.)[a-z]/g, (start) => start.toUpperCase())] ??= []).push(text);
  }
  return problems.length === 0 ? undefined : byField;
}
