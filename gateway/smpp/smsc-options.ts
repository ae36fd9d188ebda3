// Which SMSC is spoken to, and how: what its operator has agreed on with the owner of the gateway.

export interface SmscOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined where it is spoken to in clear. `ca` is PEM, in place of those that Node.js trusts. */
  readonly tls: { readonly ca?: string | undefined } | undefined;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** One connection for both directions, or one each. */
  readonly bind: 'transceiver' | 'separate';
  /** How many submissions may wait for their answer. */
  readonly window: number;
  readonly timings: SmscTimings;
}

/** Real ms. */
export interface SmscTimings {
  /** For the answer to anything that is asked of it. */
  readonly responseMs: number;
  /** After so long without a word it is asked whether it is there. */
  readonly enquireMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly throttledPauseMs: number;
}
