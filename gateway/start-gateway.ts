// The gateway: what functions cannot hold, because somebody has to listen. It keeps nothing: what it takes the app has taken
// before, and what the app does not take it refuses.
import type { Clock } from '../shared/time/clock.js';
import type { Ids } from '../shared/time/ids.js';
import { AppClient } from './app-client.js';
import { listenForBounces } from './bounce-server.js';
import type { ListenOptions, RunningServer } from './bounded-server.js';
import { ByteBudget } from './byte-budget.js';
import { Issuer } from './issuer.js';
import {
  appConnections,
  bounceAppConnections,
  bounceConnections,
  bounceConnectionsPerAddress,
  bounceHeldBytes,
  heldBytes,
  largeAtOnce,
  largeBouncesAtOnce,
  noticeBytes,
} from './limits.js';
import { SignIns } from './sign-ins.js';
import { type RunningSmpp, type SmppOptions, startSmpp } from './smpp/start-smpp.js';
import { listenForSubmissions } from './submission-server.js';
import { Turns } from './turns.js';

export interface GatewayOptions extends Omit<ListenOptions, 'port'> {
  /** 0 for any; undefined where it does not listen for these. */
  readonly ports: { readonly submission?: number | undefined; readonly bounces?: number | undefined };
  /** Scheme and host of the function app. */
  readonly app: string;
  /** Shared with it. */
  readonly secret: Buffer;
  /** Scheme and host of Entra ID. */
  readonly authority: string;
  /** PEM of who vouches for both, in place of those that Node.js trusts. */
  readonly ca?: string | undefined;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly ids: Ids;
  /** How long what the app does not answer is asked again, real ms. */
  readonly againMs?: number | undefined;
  /** Where it submits text messages. */
  readonly smpp?: SmppOptions | undefined;
}

export interface Gateway {
  readonly ports: {
    readonly submission: number | undefined;
    readonly bounces: number | undefined;
    /** Where the app hands text messages over. */
    readonly texts: number | undefined;
  };
  /** What submits text messages, where something does. */
  readonly smpp: Omit<RunningSmpp, 'close'> | undefined;
  /** What of messages could be held beside what is. */
  readonly freeBytes: () => { readonly mails: number; readonly bounces: number };
  /** Ends when what is being handed on has been, or after some seconds. */
  close(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { ports, secret, authority, ca, maxBytes, clock, ids } = options;
  const issuer = new Issuer(authority, ca);
  const mails = {
    app: new AppClient({ ...options, connections: appConnections }),
    budget: new ByteBudget(heldBytes),
    turns: new Turns(largeAtOnce),
  };
  // Whoever can connect brings bounces, and takes nothing from those who have logged in.
  const notices = {
    app: new AppClient({ ...options, connections: bounceAppConnections }),
    budget: new ByteBudget(bounceHeldBytes),
    turns: new Turns(largeBouncesAtOnce),
  };
  const fewer = { connections: bounceConnections, perAddress: bounceConnectionsPerAddress, ...options.bounds };
  const servers: RunningServer[] = [];
  let smpp: RunningSmpp | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...servers.map((server) => server.close()), smpp?.close()]);
    await Promise.all([mails.app.close(), notices.app.close(), issuer.close()]);
  };
  const open = async (
    port: number | undefined,
    begin: (options: ListenOptions) => Promise<RunningServer>,
  ): Promise<number | undefined> => {
    if (port === undefined) {
      return undefined;
    }
    const server = await begin({ ...options, port });
    servers.push(server);
    return server.port;
  };
  const signIns = new SignIns({ app: mails.app, issuer, clock, ids });
  try {
    const submission = await open(ports.submission, (at) =>
      listenForSubmissions({ ...mails, signIns, ids, key: secret, maxBytes }, at),
    );
    const bounces = await open(ports.bounces, (at) =>
      listenForBounces({ ...notices, maxBytes: maxBytes + noticeBytes }, { ...at, bounds: fewer }),
    );
    if (options.smpp !== undefined) {
      smpp = await startSmpp({ ...options, ...options.smpp, bounds: options.smpp.bounds });
    }
    return {
      ports: { submission, bounces, texts: smpp?.port },
      smpp,
      freeBytes: () => ({ mails: mails.budget.left, bounces: notices.budget.left }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
