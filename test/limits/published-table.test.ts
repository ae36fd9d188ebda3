// The profile "acs" against the tables that ACS publishes, and the operations against their rows.
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { describe, expect, it } from 'vitest';
import { chatOperations } from '../../functions/chat/capability.js';
import { identityOperations } from '../../functions/identity/identities.js';
import { budgets } from '../../functions/rate-limits.js';
import { operation, readProfile } from '../../shared/api/index.js';
import { accessKey, userToken } from '../../shared/auth/index.js';
import { type ChatParts, chatRateLimits } from '../../shared/chat/index.js';
import type { IdentityParts } from '../../shared/identity/index.js';

// "Service limits": operation | scope | per 10 s | per 30 s | per minute | per hour | per week; those of sms.askAbout,
// phoneNumbers.browse, phoneNumbers.reserve, rooms and calling are our own
const published = `
chat.createThread       | user          | 10  |      |
chat.createThread       | resource      |     |      | 3000
chat.deleteThread       | user          | 10  |      |
chat.updateThread       | thread        | 5   |      |
chat.changeParticipants | thread        | 10  |      | 30
chat.readThreads        | user          | 50  |      |
chat.getMessage         | userAndThread | 50  |      |
chat.getMessage         | thread        | 250 |      |
chat.listMessages       | userAndThread | 50  |      | 200
chat.listMessages       | thread        | 250 |      | 400
chat.listParticipants   | userAndThread | 10  |      |
chat.listParticipants   | thread        | 250 |      |
chat.listReceipts       | userAndThread | 5   |      |
chat.listReceipts       | thread        | 100 |      |
chat.changeMessages     | thread        | 10  |      | 30
chat.sendReceipt        | userAndThread | 10  |      | 30
chat.sendTyping         | userAndThread | 5   |      | 15
chat.sendTyping         | thread        | 10  |      | 30
identity.create         | resource      |     | 1000 |
identity.delete         | resource      |     | 500  |
identity.issueToken     | resource      |     | 1000 |
identity.revokeTokens   | resource      |     | 500  |
identity.exchangeToken  | resource      |     | 500  |
email.sendMail          | domain        |     |      | 30 | 100
email.sendMail          | managedDomain |     |      | 5  | 10
email.getStatus         | resource      |     |      | 60 | 200
phoneNumbers.search     | resource      |     |      |    |    | 5
phoneNumbers.purchase   | resource      |     |      |    |    | 1
phoneNumbers.browse     | resource      |     |      | 60
phoneNumbers.reserve    | resource      |     |      | 60
rooms.change            | resource      |     | 1000 |
rooms.read              | resource      | 1000 |    |
sms.sendTexts           | number        |     |      | 200
sms.sendTexts           | alphanumeric  |     |      | 600
sms.askAbout            | resource      |     |      | 600
calling.beginCalls      | resource      |     |      | 3000
calling.changeCalls     | resource      |     |      | 30000
`;

const budgetOf: Readonly<Record<string, string>> = {
  'chat.createChatThread': 'chat.createThread',
  'chat.deleteChatThread': 'chat.deleteThread',
  'chat.listChatThreads': 'chat.readThreads',
  'chatThread.getChatThreadProperties': 'chat.readThreads',
  'chatThread.updateChatThreadProperties': 'chat.updateThread',
  'chatThread.addChatParticipants': 'chat.changeParticipants',
  'chatThread.removeChatParticipant': 'chat.changeParticipants',
  'chatThread.listChatParticipants': 'chat.listParticipants',
  'chatThread.sendChatMessage': 'chat.changeMessages',
  'chatThread.updateChatMessage': 'chat.changeMessages',
  'chatThread.deleteChatMessage': 'chat.changeMessages',
  'chatThread.getChatMessage': 'chat.getMessage',
  'chatThread.listChatMessages': 'chat.listMessages',
  'chatThread.sendChatReadReceipt': 'chat.sendReceipt',
  'chatThread.listChatReadReceipts': 'chat.listReceipts',
  'chatThread.sendTypingNotification': 'chat.sendTyping',
  'communicationIdentityOperations.create': 'identity.create',
  'communicationIdentityOperations.delete': 'identity.delete',
  'communicationIdentityOperations.issueAccessToken': 'identity.issueToken',
  'communicationIdentityOperations.revokeAccessTokens': 'identity.revokeTokens',
  'communicationIdentityOperations.exchangeTeamsUserAccessToken': 'identity.exchangeToken',
  'entraTokenCredential.exchange': 'identity.exchangeToken',
};

const windows = ['10s', '30s', '1m', '1h', '7d'];

describe('the profile "acs"', () => {
  it('has exactly the published figures', () => {
    const expected = published
      .trim()
      .split('\n')
      .flatMap((row) => {
        const [name, per, ...counts] = row.split('|').map((cell) => cell.trim());
        return counts.flatMap((count, index) => (count === '' ? [] : [`${name} ${per} ${count} ${windows[index]}`]));
      });
    const actual = [...readProfile('acs', budgets)].flatMap(([name, rates]) =>
      rates.map(({ per, count, window }) => `${name} ${per.name} ${count} ${window}`),
    );
    expect(expected).toHaveLength(47);
    expect(actual.sort()).toEqual(expected.sort());
  });
});

describe('the operations', () => {
  // Only what they declare is looked at; no handler runs.
  const operations = [
    ...chatOperations({} as ChatParts, {} as ResourceDirectory),
    ...identityOperations({} as IdentityParts),
  ];

  it('use up the budget of their row', () => {
    const actual = operations.map(({ contract, limit }) => [contract, limit?.name]);
    expect(actual).toEqual(operations.map(({ contract }) => [contract, budgetOf[contract ?? '']]));
    expect(actual).toContainEqual(['chatThread.sendChatMessage', 'chat.changeMessages']);
  });

  it('cannot be limited by what they do not know', () => {
    const ok = async () => ({});
    const common = { name: 'test', summary: 'Test.', service: 'chat', ok } as const;
    const limit = chatRateLimits.changeMessages;
    expect(() => operation({ ...common, route: 'GET chat/{chatThreadId}', auth: accessKey, limit })).toThrow(
      'Operation test is limited per user, but has no user token.',
    );
    expect(() => operation({ ...common, route: 'GET chat/{id}', auth: userToken('chat'), limit })).toThrow(
      'Operation test is limited per thread, but has no {chatThreadId} in its route.',
    );
    expect(operation({ ...common, route: 'GET chat/{chatThreadId}', auth: userToken('chat'), limit }).limit).toBe(
      limit,
    );
  });
});
