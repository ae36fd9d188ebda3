// Everything that can stop the emulator or a request to it, and that a person can do something about.

/** Its message is one or two sentences: what happened, what to do. The command line prints it and nothing else. */
export class EmulatorError extends Error {
  override readonly name: string = 'EmulatorError';
}

/** A request to the control plane (or the same call in the library) that cannot be done. */
export class RequestRefused extends EmulatorError {
  override readonly name = 'RequestRefused';

  /** @param status HTTP status of the control plane's answer */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
