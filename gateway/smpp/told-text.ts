// What the app is told of a text that came in.

/** As the contract with the app has it. */
export interface ToldText {
  /** The same when it is told again. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly receivedAt: string;
}
