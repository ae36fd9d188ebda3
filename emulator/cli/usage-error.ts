// The command line was used wrongly: exit code 2.
import { EmulatorError } from '../emulator-error.js';

export class UsageError extends EmulatorError {}
