// What is used of the package `smpp`, which brings no types: its units of the protocol, encoded and decoded.
declare module 'smpp' {
  class PDU {
    /** In bytes; it throws at what is longer. */
    static maxLength: number;
    constructor(command: string, fields: Readonly<Record<string, unknown>>);
    constructor(bytes: Buffer);
    /** `unknown` where the package knows none of this number. */
    readonly command: string;
    readonly command_id: number;
    readonly command_status: number;
    readonly sequence_number: number;
    toBuffer(): Buffer;
    /** Turns texts into bytes and back, and dates; called by the constructor and by `toBuffer`. */
    _filter(direction: string): void;
  }
  const smpp: {
    readonly PDU: typeof PDU;
    /** Numbers of command statuses by their names, `ESME_RTHROTTLED`. */
    readonly errors: Readonly<Record<string, number>>;
  };
  export = smpp;
}
