// A short conversation by the official clients with an emulator of which only the ready file is known.
import { readFile } from 'node:fs/promises';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import type { ReadyFile } from '../../emulator/contract.js';

/** Sends a message in every resource. @returns what was read there afterwards */
export async function converse({ ca, resources }: ReadyFile): Promise<(string | undefined)[]> {
  const options = { tlsOptions: { ca: await readFile(ca, 'utf8') } };
  return await Promise.all(
    resources.map(async ({ name, endpoint, connectionString }) => {
      const identity = new CommunicationIdentityClient(connectionString, options);
      const { token } = await identity.createUserAndToken(['chat']);
      const chat = new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), options);
      const { chatThread } = await chat.createChatThread({ topic: 'Weather' });
      const thread = chat.getChatThreadClient(chatThread?.id ?? '');
      const { id } = await thread.sendMessage({ content: `Hello from ${name}` });
      return (await thread.getMessage(id)).content?.message;
    }),
  );
}
