// A composed app in which every operation can be called, by whoever may: what the scenes of this folder play in.
import { randomUUID } from 'node:crypto';
import type { ComposedApp } from '../../functions/compose.js';
import { callApp, type CallOptions, type TestUser } from '../app/call-app.js';
import { workJobs } from '../privacy/composed-app.js';
import { signWebhook, webhookSignatureHeader } from '../../shared/auth/index.js';
import type { TestSocketService } from '../realtime/socket-service.js';
import { startSignedInApp } from './signed-in-app.js';

export type Answered = Awaited<ReturnType<typeof callApp>>;
export type Call = (operation: string, options?: CallOptions) => Promise<Answered>;

export interface Scene {
  readonly app: ComposedApp;
  /** Calls an operation, which must not refuse, and notes its name and status. */
  readonly call: Call;
  readonly seen: ReadonlySet<string>;
  /** The header of somebody who may manage resources. */
  readonly manager: Readonly<Record<string, string>>;
  /** The header of somebody who has the right `privacy` in the whole geography. */
  readonly privacyOfficer: Readonly<Record<string, string>>;
  /** The header of what reports what happened elsewhere. */
  readonly upstream: Readonly<Record<string, string>>;
  /** A body as the gateway signs it. */
  asGateway(body: object): Pick<CallOptions, 'body' | 'headers'>;
  /** And as whoever carries texts does. */
  asCarrier(body: object): Pick<CallOptions, 'body' | 'headers'>;
  /** And as a media server does. */
  asMediaServer(body: object): Pick<CallOptions, 'body' | 'headers'>;
  /** What keeps the connections of live chat. */
  readonly socketService: TestSocketService;
  /** A token of a user of Entra ID, for an audience and with a permission. */
  entraToken(audience: string, permission: string): Promise<string>;
  /** Application and object id of that user. */
  readonly entraUser: { readonly application: string; readonly objectId: string };
  newUser(): Promise<TestUser>;
  /** Works on jobs, and lets product time pass where they wait, until the operation has ended. */
  finishOperation(operationId: string): Promise<void>;
}

export interface Stage {
  readonly app: ComposedApp;
  /** Of its storage. */
  readonly connectionString: string;
  scene(): Scene;
  close(): Promise<void>;
}

const minuteMs = 60_000;

export async function openStage(): Promise<Stage> {
  const { app, azurite, issuer, application, socketService, gatewaySecret, textSecret, mediaSecret } =
    await startSignedInApp((name, _requestId, failure) => {
      throw new Error(`${name} failed`, { cause: failure });
    });
  const objectId = randomUUID();
  const token = await issuer.token({ aud: 'https://management.azure.com/', azp: application, oid: randomUUID() });
  const owner = await issuer.token({ aud: 'https://communication.azure.com/', azp: application, oid: randomUUID() });
  const signedWith = (secret: Buffer) => (body: object) => {
    const bytes = Buffer.from(JSON.stringify(body));
    return { body: bytes, headers: { [webhookSignatureHeader]: signWebhook(secret, bytes, app.clock.realNow()) } };
  };
  const scene = (): Scene => {
    const seen = new Set<string>();
    const call: Call = async (operation, options) => {
      const answer = await callApp(app, operation, options);
      if (answer.status >= 400) {
        throw new Error(`${operation} is refused with ${answer.status}: ${String(answer.content)}`);
      }
      seen.add(`${operation} ${answer.status}`);
      return answer;
    };
    return {
      app,
      call,
      seen,
      manager: { authorization: `Bearer ${token}` },
      socketService,
      asGateway: signedWith(gatewaySecret),
      asCarrier: signedWith(textSecret),
      asMediaServer: signedWith(mediaSecret),
      upstream: { authorization: `Bearer ${owner}` },
      privacyOfficer: { authorization: `Bearer ${owner}` },
      entraToken: (aud, scp) => issuer.token({ aud, azp: application, oid: objectId, scp }),
      entraUser: { application, objectId },
      newUser: async () => {
        const { body } = await callApp(app, 'identity-create', { body: { createTokenWithScopes: ['chat'] } });
        return { id: String(body.identity.id), token: String(body.accessToken.token) };
      },
      finishOperation: async (operationId) => {
        for (let rounds = 0; rounds < 20; rounds += 1) {
          await workJobs(app);
          await app.jobs.work(operationId);
          const { body } = await callApp(app, 'privacy-get-operation', { params: { operationId } });
          if (body.status === 'succeeded') {
            return;
          }
          app.clock.setOffset(app.clock.offsetMs + 2 * minuteMs);
        }
        throw new Error(`The operation ${operationId} does not end.`);
      },
    };
  };
  return {
    app,
    connectionString: azurite.connectionString,
    scene,
    close: async () => {
      await app.storage.close();
      await Promise.all([issuer.close(), azurite.stop(), socketService.close()]);
    },
  };
}
