// SIP routing of a resource: its trunks, and by which of them a number is called. Contract: 2023-03-01.

export interface SipTrunk {
  readonly sipSignalingPort: number;
}

export interface SipRoute {
  readonly name: string;
  readonly description?: string | undefined;
  readonly numberPattern: string;
  /** Names of trunks, the first one first. */
  readonly trunks: readonly string[];
}

export interface SipConfiguration {
  /** By their domain names. */
  readonly trunks: Readonly<Record<string, SipTrunk>>;
  /** The first that fits counts. */
  readonly routes: readonly SipRoute[];
}

/** What is not named stays; null takes away. */
export interface SipChange {
  readonly trunks?:
    | Readonly<Record<string, { readonly sipSignalingPort?: number | null | undefined } | null>>
    | null
    | undefined;
  readonly routes?: readonly SipRoute[] | null | undefined;
}

export const noSipConfiguration: SipConfiguration = { trunks: {}, routes: [] };
