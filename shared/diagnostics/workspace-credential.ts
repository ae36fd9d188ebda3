// Who the app is to Azure Monitor and to Azure's management: its managed identity. The library is loaded when it is needed.
import type { TokenCredential } from '@azure/identity';
import type { WorkspaceCredential } from './workspace-settings.js';

export async function openCredential(credential: WorkspaceCredential): Promise<TokenCredential> {
  if (credential.kind === 'token') {
    const { token } = credential;
    return { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  }
  const { clientId } = credential;
  const { ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
