// What the log gets to see of a failure that is ours: which function, which request, what kind of error. Never its text,
// unless it is an error of our own making, whose texts hold no data.
import { Fault } from '../shared/http/index.js';
import { UndeclaredStatus } from '../shared/api/index.js';
import { AuthorityError } from '../shared/auth/index.js';
import { StoreMissing } from '../shared/data-map/index.js';
import { ResidencyBreach } from '../shared/geography/index.js';
import { JobFailed } from '../shared/jobs/index.js';
import { ForeignData } from '../shared/residency/index.js';
import { StorageError } from '../shared/storage/index.js';

export function reportFailure(operationName: string, requestId: string, failure: unknown): void {
  const { name, message, stack } =
    failure instanceof Error ? failure : { name: typeof failure, message: '', stack: '' };
  const ours = [AuthorityError, Fault, ForeignData, JobFailed, ResidencyBreach, StoreMissing, UndeclaredStatus];
  const isOurs = ours.some((kind) => failure instanceof kind);
  const text = isOurs ? ` ${message}` : textOfStorage(failure);
  // Where it happened helps; what the first line of a stack says may hold data.
  const frames = (stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  process.stderr.write(`${operationName} failed (request ${requestId}): ${name}${text}\n${frames.join('\n')}\n`);
}

function textOfStorage(failure: unknown): string {
  if (!(failure instanceof StorageError)) {
    return '';
  }
  return ` ${failure.message} (${failure.status ?? 'no answer'} ${failure.code ?? ''})`;
}
