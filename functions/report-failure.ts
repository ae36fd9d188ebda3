// What the log gets to see of a failure that is ours: which function, which request, what kind of error. Never its text,
// unless it is an error of our own making, whose texts hold no data.
import { Fault } from '../shared/http/index.js';
import { UndeclaredStatus } from '../shared/api/index.js';
import { AuthorityError } from '../shared/auth/index.js';
import { StoreMissing } from '../shared/data-map/index.js';
import { ResidencyBreach } from '../shared/geography/index.js';
import { JobFailed } from '../shared/jobs/index.js';
import { ForeignData } from '../shared/residency/index.js';
import { SocketServiceFailed } from '../shared/realtime/index.js';
import { StorageError } from '../shared/storage/index.js';
import { createClock } from '../shared/time/clock.js';
import { BoundedLines, type BoundedLinesParts } from './bounded-lines.js';

/** Puts failures into the log, at most so many a minute of one operation and kind of error. */
export function createFailureReport(parts: BoundedLinesParts) {
  const lines = new BoundedLines(parts);
  return (operationName: string, requestId: string, failure: unknown): void => {
    const { kind, details } = describe(failure);
    const code = failure instanceof Fault ? ` ${failure.code}` : '';
    lines.write(
      `${operationName} failed: ${kind}${code}`,
      `${operationName} failed (request ${requestId}): ${kind}${details}\n`,
    );
  };
}

/** Into the log of the process. */
export const reportFailure = createFailureReport({
  clock: createClock(),
  write: (line) => void process.stderr.write(line),
  later: (ms, run) => void setTimeout(run, ms).unref(),
});

function describe(failure: unknown): { readonly kind: string; readonly details: string } {
  const { name, message, stack } =
    failure instanceof Error ? failure : { name: typeof failure, message: '', stack: '' };
  const ours = [
    AuthorityError,
    Fault,
    ForeignData,
    JobFailed,
    ResidencyBreach,
    SocketServiceFailed,
    StoreMissing,
    UndeclaredStatus,
  ];
  const isOurs = ours.some((kind) => failure instanceof kind);
  const text = isOurs ? ` ${message}` : textOfStorage(failure);
  // Where it happened helps; what the first line of a stack says may hold data.
  const frames = (stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  return { kind: name, details: `${text}\n${frames.join('\n')}` };
}

function textOfStorage(failure: unknown): string {
  if (!(failure instanceof StorageError)) {
    return '';
  }
  return ` ${failure.message} (${failure.status ?? 'no answer'} ${failure.code ?? ''})`;
}
