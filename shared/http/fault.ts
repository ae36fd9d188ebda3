// Errors that a caller may see. Each is one entry of a catalogue; it is thrown once and rendered in one place.
// Body shape: {"error":{"code","message","target"?,"details"?,"innererror"?}} (ACS common errors).

export interface FaultEntry {
  /** ACS error code, also sent as `x-ms-error-code`. */
  readonly code: string;
  readonly status: number;
  /** A sentence that says what happened and, where the caller can mend it, what to do. Never personal data. */
  readonly message: string;
}

export interface FaultDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

export interface FaultExtras {
  /** Replaces the entry's message. Must hold no personal data and no secret. */
  readonly message?: string;
  /** The parameter or field at fault. */
  readonly target?: string;
  readonly details?: readonly FaultDetail[];
  readonly innererror?: FaultDetail;
  /** Sent as `Retry-After`, whole seconds. */
  readonly retryAfterSeconds?: number;
  /** More response headers, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one error type that reaches a caller with its own text; anything else becomes a 500 without detail. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly entry: FaultEntry;
  readonly extras: FaultExtras;

  constructor(entry: FaultEntry, extras: FaultExtras = {}) {
    super(extras.message ?? entry.message);
    this.entry = entry;
    this.extras = extras;
  }

  get status(): number {
    return this.entry.status;
  }

  get code(): string {
    return this.entry.code;
  }
}

/** Declares a service's error catalogue; keeps the literal names. */
export function catalogue<Names extends string>(entries: Record<Names, FaultEntry>): Record<Names, FaultEntry> {
  return entries;
}
