// Everything that can stop a command and that a person can do something about.

/** Its message is one or two sentences: what happened, what to do. The command line prints it and nothing else. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  /** What the process ends with: 1 when it is not done; subclasses have others. */
  readonly exitCode: number = 1;
}
