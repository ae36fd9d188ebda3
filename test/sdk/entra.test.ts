// Signing in with Entra ID as applications do: the official credential against the emulator's issuer, the official
// clients with that credential.
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, type EntraApplication, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let emulator: Emulator;
let resource: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  [resource] = emulator.resources as [EmulatorResource];
}, 60_000);
afterAll(async () => emulator.dispose());

function credentialOf({ authorityHost, tenantId, clientId, clientSecret }: EntraApplication): ClientSecretCredential {
  return new ClientSecretCredential(tenantId, clientId, clientSecret, {
    authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
}

describe('The application of the ready file', () => {
  it('works with the identity client', async () => {
    const client = new CommunicationIdentityClient(resource.endpoint, credentialOf(emulator.ready.entra), emulator.clientOptions);
    const { user, token } = await client.createUserAndToken(['chat']);
    console.log(user, token);
  });
});
