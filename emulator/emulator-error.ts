// Everything that can stop the emulator and that a person can do something about.

/** Its message is one or two sentences: what happened, what to do. The command line prints it and nothing else. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
}

/** Why something failed, in a few words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
