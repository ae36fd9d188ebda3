// Whom a command asks: where requests go, what it is called, and how a request shows that it may ask.

export interface AskedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Empty when there is no body. */
  readonly content: string;
}

/** A resource, by its key; or, by a token, management, or what it keeps of a subscription in one geography. */
export interface ResourceAccess {
  /** Scheme, host and port, without a slash at the end: nothing is sent anywhere else. */
  readonly origin: string;
  /** What it is called in files: the origin of a resource, `subscriptions/{id}/{geography}` of what management keeps. */
  readonly endpoint: string;
  /** What it is called in sentences: the host and port of a resource. */
  readonly label: string;
  /** Under which management answers for a subscription in a geography; undefined for all else. */
  readonly managedPath?: string;
  /** @returns headers */
  authorize(request: AskedRequest): Promise<Readonly<Record<string, string>>>;
}
