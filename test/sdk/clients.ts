// The official clients as an application makes them, for tests: identity by connection string, chat by token.
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import type { Emulator, EmulatorResource } from 'acs-domicile/emulator';

export interface TestUser {
  readonly id: string;
  readonly token: string;
  readonly chat: ChatClient;
}

export function identityClient(emulator: Emulator, resource: EmulatorResource): CommunicationIdentityClient {
  return new CommunicationIdentityClient(resource.connectionString, emulator.clientOptions);
}

export function chatClient(emulator: Emulator, endpoint: string, token: string): ChatClient {
  return new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), emulator.clientOptions);
}

/** A new identity of the resource with a chat token and a client that uses it. */
export async function newUser(emulator: Emulator, resource: EmulatorResource): Promise<TestUser> {
  const { user, token } = await identityClient(emulator, resource).createUserAndToken(['chat']);
  return { id: user.communicationUserId, token, chat: chatClient(emulator, resource.endpoint, token) };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}
