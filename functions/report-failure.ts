// What the log gets to see of a failure that is ours: which function, which request, what kind of error. Never its text,
// unless it is an error of our own making, whose texts hold no data.
import { AuthorityError } from '../shared/auth/index.js';
import { StorageError } from '../shared/storage/index.js';

export function reportFailure(operationName: string, requestId: string, failure: unknown): void {
  const { name, message, stack } =
    failure instanceof Error ? failure : { name: typeof failure, message: '', stack: '' };
  const text = failure instanceof AuthorityError ? ` ${message}` : textOfStorage(failure);
  // Where it happened helps; what the first line of a stack says may hold data.
  const frames = (stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  process.stderr.write(`${operationName} failed (request ${requestId}): ${name}${text}\n${frames.join('\n')}\n`);
}

function textOfStorage(failure: unknown): string {
  if (!(failure instanceof StorageError)) return '';
  return ` ${failure.message} (${failure.status ?? 'no answer'} ${failure.code ?? ''})`;
}
