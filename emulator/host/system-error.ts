// Errors of the host itself, marked as the worker marks its own; and how any error may be logged.

/** Marks an error as the host's: the library looks for the property. */
function asSystemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

export function systemError(message: string): Error {
  return asSystemError(new Error(message));
}

export function systemRangeError(message: string): RangeError {
  return asSystemError(new RangeError(message));
}

/**
 * Class, code and stack frames of an error, without its message: a message may quote what a user sent.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    return `a thrown ${typeof error}`;
  }
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${code}`, ...frames].join('\n');
}
