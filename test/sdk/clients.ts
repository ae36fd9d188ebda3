// The official clients as an application makes them, for tests: identity by connection string, chat by token.
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from '@azure/communication-identity';
import type { Emulator, EmulatorResource } from 'acs-domicile/emulator';
import { holdAnswers } from '../answers/asked-operations.js';

type Policies = NonNullable<CommunicationIdentityClientOptions['additionalPolicies']>;

/** Options with which a client's every answer is held against what the operation declares. */
export function heldOptions({ clientOptions }: Pick<Emulator, 'clientOptions'>) {
  const { additionalPolicies = [] } = clientOptions as { additionalPolicies?: Policies };
  const held: Policies = [...additionalPolicies, { policy: holdAnswers, position: 'perRetry' }];
  return { ...clientOptions, additionalPolicies: held };
}

export interface TestUser {
  readonly id: string;
  readonly token: string;
  readonly chat: ChatClient;
}

export function identityClient(emulator: Emulator, resource: EmulatorResource): CommunicationIdentityClient {
  return new CommunicationIdentityClient(resource.connectionString, heldOptions(emulator));
}

export function chatClient(emulator: Emulator, endpoint: string, token: string): ChatClient {
  return new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), heldOptions(emulator));
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
