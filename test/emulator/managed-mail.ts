// Two geographies and the command line, with an email resource and its domain in the second: what the commands about a
// person have to reach beyond a resource's own geography.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { createSandbox, type Outcome, type RunningCommand, type Sandbox } from './command-line.js';

export const group = 'mail';
export const domain = 'post.example.com';
export const quickly = { updateIntervalInMs: 50 };

export interface ManagedMail {
  readonly emulator: Emulator;
  readonly sandbox: Sandbox;
  /** The resource of the first geography. */
  readonly europe: EmulatorResource;
  readonly credential: ClientSecretCredential;
  readonly client: CommunicationServiceManagementClient;
  /** Id of the domain in Germany. */
  readonly domainId: string;
  /** Something on the way that answers for every path. @returns its port on this machine */
  serve(status: number, contentType: string, body: string): Promise<number>;
  /** Of a command that ends only when product time goes on. */
  ended(command: RunningCommand): Promise<Outcome>;
  dispose(): Promise<void>;
}

export async function startManagedMail(subscription: string): Promise<ManagedMail> {
  const [emulator, sandbox] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] }),
    createSandbox(),
  ]);
  const { entra, management } = emulator.ready;
  const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
  const client = new CommunicationServiceManagementClient(credential, subscription, {
    endpoint: management,
    ...emulator.clientOptions,
  });
  const inGermany = { location: 'global', dataLocation: 'Germany' };
  await client.emailServices.beginCreateOrUpdateAndWait(group, 'post', inGermany, quickly);
  const managed = { location: 'global', domainManagement: 'CustomerManaged' };
  const { id = '' } = await client.domains.beginCreateOrUpdateAndWait(group, 'post', domain, managed, quickly);
  const servers: Server[] = [];
  return {
    emulator,
    sandbox,
    europe: emulator.resources[0] as EmulatorResource,
    credential,
    client,
    domainId: id,
    serve: async (status, contentType, body) => {
      const server = createServer((_, response) => {
        // Whoever is busy is asked again at once.
        response.writeHead(status, { 'content-type': contentType, 'retry-after': '0' }).end(body);
      });
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    ended: async ({ outcome }) => {
      const state = { isOver: false };
      void outcome.finally(() => (state.isOver = true));
      while (!state.isOver) {
        await emulator.clock.advance('PT15M');
      }
      return outcome;
    },
    dispose: async () => {
      for (const server of servers) {
        server.close();
      }
      await emulator.dispose();
      await sandbox.remove();
    },
  };
}
