// Sends messages to an emulator of which only the ready file is known, until it refuses or is gone, and counts afterwards
// which of the confirmed ones are still there.
import { readFile } from 'node:fs/promises';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import type { ReadyFile } from '../../emulator/contract.js';

const senders = 4;

export interface Conversation {
  readonly token: string;
  readonly threadId: string;
}

export interface Sent {
  /** Ids of the messages that were answered 201. */
  readonly confirmed: readonly string[];
  /** What was answered to the others, and how often; `none` when nothing was. */
  readonly refusals: ReadonlyMap<string, number>;
}

function endpointOf(ready: ReadyFile): string {
  return ready.resources[0]?.httpEndpoint ?? '';
}

export async function begin(ready: ReadyFile): Promise<Conversation> {
  const options = { tlsOptions: { ca: await readFile(ready.ca, 'utf8') } };
  const [{ connectionString = '', endpoint = '' } = {}] = ready.resources;
  const { token } = await new CommunicationIdentityClient(connectionString, options).createUserAndToken(['chat']);
  const chat = new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), options);
  const { chatThread } = await chat.createChatThread({ topic: 'Confirmed' });
  return { token, threadId: chatThread?.id ?? '' };
}

/**
 * Four senders at once, each until `isOver` or until something else than 201 came.
 *
 * @param onConfirmed told how many there are after each
 */
export async function sendUntil(
  ready: ReadyFile,
  { token, threadId }: Conversation,
  parts: {
    readonly content: string;
    isOver(confirmed: number): boolean;
    onConfirmed?(count: number): void;
  },
): Promise<Sent> {
  const confirmed: string[] = [];
  const refusals = new Map<string, number>();
  const url = `${endpointOf(ready)}/chat/threads/${encodeURIComponent(threadId)}/messages?api-version=2025-03-15`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ content: parts.content });

  async function send(): Promise<void> {
    while (!parts.isOver(confirmed.length)) {
      let outcome = 'none';
      try {
        const response = await fetch(url, { method: 'POST', headers, body });
        outcome = String(response.status);
        if (response.status === 201) {
          confirmed.push(((await response.json()) as { id: string }).id);
          parts.onConfirmed?.(confirmed.length);
          continue;
        }
        await response.arrayBuffer();
      } catch {
        // Nobody is there any more.
      }
      refusals.set(outcome, (refusals.get(outcome) ?? 0) + 1);
      return;
    }
  }

  await Promise.all(Array.from({ length: senders }, send));
  return { confirmed, refusals };
}

/** @returns how many of the confirmed ones are not there any more */
export async function countLost(ready: ReadyFile, conversation: Conversation, { confirmed }: Sent): Promise<number> {
  const found = new Set<string>();
  const headers = { authorization: `Bearer ${conversation.token}` };
  const path = `/chat/threads/${encodeURIComponent(conversation.threadId)}/messages?maxPageSize=200&api-version=2025-03-15`;
  for (let url: string | undefined = `${endpointOf(ready)}${path}`; url !== undefined; ) {
    const response = await fetch(url, { headers });
    const page = (await response.json()) as { value?: { id: string }[]; nextLink?: string };
    for (const { id } of page.value ?? []) {
      found.add(id);
    }
    url = page.nextLink;
  }
  return confirmed.filter((id) => !found.has(id)).length;
}
