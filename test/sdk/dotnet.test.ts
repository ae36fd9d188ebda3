// Identity and chat as a program in .NET would use them: requests as its SDKs build them, answers read by their rules. Both
// are rebuilt from public source and named so; the packages themselves could not be had.
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dotnetModels } from './dotnet-models.js';
import { type DotNetAnswer, type DotNetRequest, escapeDataString, sendAsDotNet } from './dotnet-request.js';
import { readAsDotNet } from './read-as-dotnet.js';

type Body = Readonly<Record<string, unknown>>;
type Model = keyof typeof dotnetModels;

interface User {
  readonly id: string;
  readonly token: string;
}

let emulator: Emulator;
let europe: EmulatorResource;
let ada: User;
let bert: User;
let path: string;

const identifier = ({ id }: User) => ({ rawId: id, communicationUser: { id } });

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
  [ada, bert] = (await Promise.all([newUser(), newUser()])) as [User, User];
  const participants = [{ communicationIdentifier: identifier(ada) }];
  const made = await asUser(ada, 'POST', '/chat/threads', 'createChatThreadResult', { topic: 'Lunch', participants });
  expect(made.status).toBe(201);
  const { id } = (made.body as { chatThread: { id: string } }).chatThread;
  path = `/chat/threads/${escapeDataString(id)}`;
});
afterAll(() => emulator?.dispose());

async function send(asked: Omit<DotNetRequest, 'apiVersion'>, model?: Model): Promise<DotNetAnswer> {
  const apiVersion = asked.path.startsWith('/chat') ? '2025-03-15' : '2023-10-01';
  const answer = await sendAsDotNet(europe, { ...asked, apiVersion });
  if (model !== undefined) {
    readAsDotNet(dotnetModels[model], answer.body);
  }
  return answer;
}

async function newUser(): Promise<User> {
  const body = { createTokenWithScopes: ['chat', 'voip'], expiresInMinutes: 60 };
  const answer = await send({ method: 'POST', path: '/identities', body }, 'userAndToken');
  expect(answer.status).toBe(201);
  const made = answer.body as { identity: { id: string }; accessToken: { token: string } };
  return { id: made.identity.id, token: made.accessToken.token };
}

const asUser = (user: User, method: string, where: string, model?: Model, body?: object) =>
  send({ method, path: where, token: user.token, ...(body && { body }) }, model);

describe('Identity', () => {
  it('takes a signature over an escaped id, and issues, revokes and deletes', async () => {
    const { id } = await newUser();
    const where = `/identities/${escapeDataString(id)}`;
    expect(where).toContain('8%3Aacs%3A');
    const issue = { method: 'POST', path: `${where}/:issueAccessToken`, body: { scopes: ['chat'] } };
    expect((await send(issue, 'accessToken')).status).toBe(200);
    expect((await send({ method: 'POST', path: `${where}/:revokeAccessTokens` })).status).toBe(204);
    expect((await send({ method: 'DELETE', path: where })).status).toBe(204);
  });

  it('refuses in the words that RequestFailedException reads, and says the request’s id again', async () => {
    const where = `/identities/${escapeDataString(`8:acs:${'0'.repeat(8)}`)}/:issueAccessToken`;
    const refused = await send({ method: 'POST', path: where, body: { scopes: ['chat'] } }, 'refusal');
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.headers['content-type']).toMatch(/^application\/json/);
    expect(refused.headers['x-ms-client-request-id']).toBe('5f3a1c9e-7d2b-4a60-8c1f-0e9d8b7a6c5d');
  });
});

describe('Chat', () => {
  it('shows every kind of message, edited and deleted ones too, as it can be read', async () => {
    const participants = [{ communicationIdentifier: identifier(bert), displayName: 'Bert' }];
    await asUser(ada, 'POST', `${path}/participants/:add`, 'addChatParticipantsResult', { participants });
    const sent = [];
    for (const content of ['one', 'two', 'three']) {
      const body = { content, senderDisplayName: 'Ada', type: 'text', metadata: { kind: 'greeting' } };
      const answer = await asUser(ada, 'POST', `${path}/messages`, 'sendChatMessageResult', body);
      expect(answer.status).toBe(201);
      sent.push((answer.body as { id: string }).id);
    }
    await update(ada, `${path}/messages/${sent[1]}`, { content: 'two!' });
    await asUser(ada, 'DELETE', `${path}/messages/${sent[2]}`);
    await update(ada, path, { topic: 'Dinner' });
    await asUser(ada, 'POST', `${path}/participants/:remove`, undefined, identifier(bert));
    const { body } = await asUser(ada, 'GET', `${path}/messages?maxPageSize=200`, 'chatMessages');
    const kinds = new Set(((body as Body)['value'] as Body[]).map(({ type }) => type));
    expect([...kinds].toSorted()).toEqual(['participantAdded', 'participantRemoved', 'text', 'topicUpdated']);
    for (const id of sent) {
      await asUser(ada, 'GET', `${path}/messages/${id}`, 'chatMessage');
    }
  });

  it('has pages that follow each other by their links', async () => {
    let { body } = await asUser(ada, 'GET', `${path}/messages?maxPageSize=2`, 'chatMessages');
    let seen = ((body as Body)['value'] as Body[]).length;
    let link = (body as Body)['nextLink'];
    expect(link).toEqual(expect.any(String));
    while (typeof link === 'string') {
      // The SDK takes the link as it is, with the version in it.
      const { pathname, search } = new URL(link);
      const [, version = ''] = /api-version=([^&]+)/.exec(search) ?? [];
      const rest = search.replace(/[?&]api-version=[^&]+/, '').replace(/^&/, '?');
      ({ body } = await sendAsDotNet(europe, {
        method: 'GET',
        path: `${pathname}${rest}`,
        apiVersion: version,
        token: ada.token,
      }));
      readAsDotNet(dotnetModels.chatMessages, body);
      seen += ((body as Body)['value'] as Body[]).length;
      link = (body as Body)['nextLink'];
    }
    expect(seen).toBeGreaterThan(5);
  });

  it('lists threads, participants and receipts', async () => {
    const body = { content: 'read this', type: 'text' };
    const { body: result } = await asUser(ada, 'POST', `${path}/messages`, 'sendChatMessageResult', body);
    await asUser(ada, 'POST', `${path}/readReceipts`, undefined, { chatMessageId: (result as Body)['id'] });
    const lists = { threads: '/chat/threads', participants: `${path}/participants`, receipts: `${path}/readReceipts` };
    const models = { threads: 'chatThreads', participants: 'chatParticipants', receipts: 'chatReadReceipts' } as const;
    for (const [name, where] of Object.entries(lists)) {
      const answer = await asUser(ada, 'GET', where, models[name as keyof typeof models]);
      expect((answer.body as { value: unknown[] }).value.length, name).toBeGreaterThan(0);
    }
    await asUser(ada, 'GET', path, 'chatThreadProperties');
  });

  it('refuses in the words that RequestFailedException reads', async () => {
    const stranger = await newUser();
    const refused = await asUser(stranger, 'GET', `${path}/messages`, 'refusal');
    expect(refused.status).toBe(403);
  });
});

const update = (user: User, where: string, body: object) =>
  send({ method: 'PATCH', path: where, token: user.token, body, contentType: 'application/merge-patch+json' });

describe('The rules', () => {
  const message = { id: '1', type: 'text', sequenceId: '1', version: '1', createdOn: '2026-11-30T01:02:03Z' };

  it.each([
    ['a number as an id', { id: 1 }],
    ['a time with a space', { createdOn: '2026-11-30 01:02:03Z' }],
    ['null as a time', { deletedOn: null }],
    ['an identifier without its raw id', { senderCommunicationIdentifier: { communicationUser: { id: 'a' } } }],
    [
      'an identifier of two kinds',
      {
        senderCommunicationIdentifier: { rawId: 'a', communicationUser: { id: 'a' }, phoneNumber: { value: '+1' } },
      },
    ],
    ['null as content', { content: null }],
  ])('find %s', (_, wrong) => {
    readAsDotNet(dotnetModels.chatMessage, message);
    expect(() => readAsDotNet(dotnetModels.chatMessage, { ...message, ...wrong })).toThrow(TypeError);
  });
});
