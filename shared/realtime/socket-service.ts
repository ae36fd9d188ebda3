// Who keeps the WebSockets of live chat open: Azure Web PubSub, by the few calls that are needed of it.

export interface SocketService {
  /** Hands a frame to all connections of a user; to nobody when there are none. */
  sendToUser(user: string, frame: string): Promise<void>;
  sendToConnection(connectionId: string, frame: string): Promise<void>;
  closeUser(user: string): Promise<void>;
  /** Succeeds too when there is no such connection. */
  closeConnection(connectionId: string): Promise<void>;
  /**
   * Where a user may open a WebSocket, for a while.
   *
   * @param minutes how long
   */
  addressFor(user: string, minutes: number): Promise<string>;
}

/** The service did not take a call. */
export class SocketServiceFailed extends Error {
  override readonly name = 'SocketServiceFailed';
  readonly status: number | undefined;

  /** @param status undefined when it did not answer at all */
  constructor(status: number | undefined) {
    super(
      status === undefined
        ? 'Web PubSub did not answer in time.'
        : `Web PubSub answered ${status}. See its access roles.`,
    );
    this.status = status;
  }
}

export interface WebPubSubSettings {
  /** `https://{name}.webpubsub.azure.com`. */
  readonly endpoint: string;
  /** The same for clients, where it is another. */
  readonly clientEndpoint?: string | undefined;
  readonly hub: string;
  readonly credential:
    | { readonly kind: 'key'; readonly key: string }
    | { readonly kind: 'managedIdentity'; readonly clientId: string | undefined };
}
