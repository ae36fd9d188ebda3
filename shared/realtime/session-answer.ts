// What a client is answered that opens a session. It begins with one protocol, "v4a"; told of an address by `scae` and
// `reconnectUrl`, it gives that up at the next step and opens a WebSocket there ("v4c").
import { sessionSeconds } from './limits.js';

export interface SessionAddress {
  /** Scheme and host at which the resource answers, without a slash at the end. */
  readonly origin: string;
  /** Random. */
  readonly id: string;
}

type ConnectParameters = Readonly<Record<string, string>>;

/** The answer to `POST /v4/a`. */
export function sessionAnswer({ origin, id }: SessionAddress, connectparams: ConnectParameters) {
  return {
    socketio: `${origin}/`,
    url: `${origin}/v4/f/${id}/`,
    surl: `${origin}/v4/f/${id}/`,
    curlb: origin,
    id,
    ccid: `c${id}`,
    ttl: String(sessionSeconds),
    connectparams,
  };
}

/**
 * Has the client open a WebSocket at this address.
 *
 * `se` says that the parameters have run out: a session after a refused address begins anew, here and not there. The `&x=`
 * swallows the `?` that the client puts in front of its own parameters.
 */
export function webSocketParameters(address: string): ConnectParameters {
  return { scae: '1', se: '1', reconnectUrl: `${address}&x=` };
}

/** No transport that the client knows, so that it goes on to the WebSocket at once; the times keep an idle timer quiet. */
export const noTransports = '0:2147481:2147481:none';

/** The event after which a WebSocket is usable. */
export function connectedArguments(address: SessionAddress, connectparams: ConnectParameters) {
  return { ...sessionAnswer(address, connectparams), ttl: sessionSeconds, dur: '1', reconnectUrl: '' };
}
