// The command line was used wrongly: exit code 2.
import { CommandError } from './command-error.js';

export class UsageError extends CommandError {
  override readonly exitCode = 2;
}
