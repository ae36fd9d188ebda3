// A job that has failed for good, as the log gets to see it.
export class JobFailed extends Error {
  override readonly name = 'JobFailed';

  /** @param code of the catalogue */
  constructor(kind: string, code: string) {
    super(`A job of kind ${kind} has failed for good with ${code}.`);
  }
}
