// Chat threads as the cases need them, and the requests that users make on them.
import type { LoadClient, LoadRequest } from './load-client.js';
import type { User } from './users.js';

const apiVersion = 'api-version=2025-03-15';
/** 200 characters a message, together with its number. */
const filling = 'x'.repeat(188);

export function createThreadRequest(creator: User, others: readonly User[]): LoadRequest {
  const participants = others.map(({ rawId }) => ({
    communicationIdentifier: { rawId, communicationUser: { id: rawId } },
  }));
  return {
    method: 'POST',
    path: `/chat/threads?${apiVersion}`,
    headers: creator.headers,
    body: JSON.stringify({ topic: 'benchmark', participants }),
    expect: 201,
  };
}

/** A new thread with these members, warm: the API has its state in memory. @returns its id */
export async function warmThread(client: LoadClient, members: readonly User[]): Promise<string> {
  const [creator, ...others] = members as [User, ...User[]];
  const answer = await client.send(createThreadRequest(creator, others));
  const { id } = (JSON.parse(answer) as { chatThread: { id: string } }).chatThread;
  await client.send(sendRequest(id, creator, 0));
  return id;
}

/** @param number makes the content unlike that of any other message of the slice; 0 is the one that warms a thread */
export function sendRequest(threadId: string, sender: User, number: number): LoadRequest {
  return {
    method: 'POST',
    path: `/chat/threads/${threadId}/messages?${apiVersion}`,
    // The SDKs send such an id with every request.
    headers: [
      ...sender.headers,
      'x-ms-client-request-id',
      `5f0c6d2e-1b7a-4c38-9e54-${String(number).padStart(12, '0')}`,
    ],
    body: `{"content":"${filling}${String(number).padStart(12, '0')}","type":"text"}`,
    expect: 201,
  };
}

export function listRequest(threadId: string, reader: User, pageSize: number): LoadRequest {
  return {
    method: 'GET',
    path: `/chat/threads/${threadId}/messages?maxPageSize=${pageSize}&${apiVersion}`,
    headers: reader.headers,
    expect: 200,
  };
}
