// A geography with live chat, over a Web PubSub that only notes what it is asked; somebody gets online as a client does it.
import { randomUUID } from 'node:crypto';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { startTestIssuer } from '../auth/entra-issuer.js';
import { startSocketService, type TestSocketService } from './socket-service.js';

export interface Connected {
  /** Keyed hash. */
  readonly user: string;
  /** What the service keeps with the connection. */
  readonly state: string;
  /** Says something over the connection. */
  say(text: string): ReturnType<TestProcess['call']>;
  close(): ReturnType<TestProcess['call']>;
}

export interface LiveGeography {
  readonly geography: TestGeography;
  readonly service: TestSocketService;
  /** A token of the identity that the service reports with, or of another with these claims. */
  token(claims?: Readonly<Record<string, string>>): Promise<string>;
  /** Reports a word of a client whom the service calls so, with these headers in place of its own. */
  report(
    process: TestProcess,
    name: string,
    text: string,
    headers: Readonly<Record<string, string>>,
  ): ReturnType<TestProcess['call']>;
  /** Opens a connection of a user, and waits until it may be used. */
  connect(process: TestProcess, user: TestUser): Promise<Connected>;
  stop(): Promise<void>;
}

export async function startLiveGeography(): Promise<LiveGeography> {
  const issuer = await startTestIssuer(Math.floor(Date.now() / 1000) * 1000);
  const service = await startSocketService();
  const application = randomUUID();
  const geography = await startGeography({
    DOMICILE_ENTRA_TENANT: issuer.tenantId,
    DOMICILE_ENTRA_AUTHORITY: issuer.authorityHost,
    DOMICILE_ENTRA_UPSTREAM: application,
    DOMICILE_ENTRA_MANAGE: application,
    DOMICILE_REALTIME: service.setting,
  });
  const token = (claims: Readonly<Record<string, string>> = {}) =>
    issuer.token({ aud: 'https://communication.azure.com/', azp: application, oid: randomUUID(), ...claims });
  const upstream = await token();
  const tell = (
    process: TestProcess,
    id: string,
    user: string,
    type: string,
    state = '',
    text = '',
    headers: Readonly<Record<string, string>> = {},
  ) =>
    process.call('live-hear-upstream', {
      headers: {
        authorization: `Bearer ${upstream}`,
        'ce-type': `azure.webpubsub.${type}`,
        'ce-hub': 'acs',
        'ce-connectionid': id,
        'ce-userid': user,
        ...(state !== '' && { 'ce-connectionstate': state }),
        ...headers,
      },
      body: Buffer.from(text),
    });
  return {
    geography,
    service,
    token,
    report: (process, name, text, headers) => tell(process, randomUUID(), name, 'user.message', '', text, headers),
    connect: async (process, user) => {
      const session = await process.call<{ connectparams: object }>('live-open-session', { user });
      const name = String(service.calls.findLast(({ path }) => path === ':generateToken')?.query['userId']);
      const id = randomUUID();
      const args = [{ headers: { 'X-Skypetoken': user.token }, connectparams: session.body.connectparams }];
      const words = `5:::${JSON.stringify({ name: 'user.authenticate', args })}`;
      const admitted = await tell(process, id, name, 'user.message', '', words);
      const state = admitted.headers['ce-connectionstate'] ?? '';
      if (admitted.status !== 200 || state === '') {
        throw new Error(`The client was not let in: ${admitted.status} ${admitted.text}`);
      }
      return {
        user: name,
        state,
        say: (text) => tell(process, id, name, 'user.message', state, text),
        close: () => tell(process, id, name, 'sys.disconnected', state),
      };
    },
    stop: async () => {
      await geography.stop();
      await Promise.all([issuer.close(), service.close()]);
    },
  };
}
