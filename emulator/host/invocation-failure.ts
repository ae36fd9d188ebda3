// The one way a failed invocation is logged: the function's name and the class of the error, never its message.
import type { HostLog } from './host.js';
import { describeError } from './system-error.js';

export function logFailure(log: HostLog, functionName: string, error: unknown): void {
  log('error', `[system] ${functionName}: the invocation failed: ${describeError(error)}`);
}
