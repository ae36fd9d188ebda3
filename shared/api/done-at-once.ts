// What an operation that is accepted as a rule (202) answers when there is nothing to wait for.

/** Result of an `accepted` handler that is answered as 200, without the address of an operation. */
export class DoneAtOnce<Result> {
  readonly result: Result;

  constructor(result: Result) {
    this.result = result;
  }
}
