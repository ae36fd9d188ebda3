// Live chat through the unmodified browser half of the official chat SDK, over real WebSockets and fetch.
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityClient, newUser, type TestUser } from './clients.js';
import { openPage, type Page } from './live/page.js';
import { hearTenEvents, newThread } from './live/ten-events.js';

describe.each(['websocket', 'longpoll'] as const)(
  'Over %s the browser half of the official chat client',
  (realtime) => {
    let emulator: Emulator;
    let europe: EmulatorResource;
    let page: Page;
    let anna: TestUser;
    let bert: TestUser;

    beforeAll(async () => {
      emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], realtime });
      europe = emulator.resources[0] as EmulatorResource;
      page = await openPage(emulator.ready.ca);
      [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
      await page.start('anna', europe.endpoint, anna.token);
      await page.start('bert', europe.endpoint, bert.token);
      await Promise.all(['anna', 'bert'].map((name) => page.heard.hears(name, 'realTimeNotificationConnected')));
    });
    afterAll(async () => {
      await page?.[Symbol.asyncDispose]();
      await emulator?.dispose();
    });

    const people = () => ({ emulator, resource: europe, heard: page.heard, anna, bert });

    it('hears all ten events, with what they are about', () => hearTenEvents(people()));

    it('hears of metadata and of a policy that were changed, and by whom', async () => {
      const thread = await newThread(people(), 'Noted', { a: '1' });
      await thread.ofBert.updateProperties({ metadata: { a: '2' } });
      const isIt = ({ threadId }: Record<string, unknown>) => threadId === thread.id;
      const noted = await page.heard.hears('anna', 'chatThreadPropertiesUpdated', isIt);
      expect(noted.payload).toMatchObject({
        properties: { topic: 'Noted', metadata: { a: '2' } },
        updatedBy: { id: { communicationUserId: bert.id }, displayName: 'Bert' },
      });
      await thread.ofAnna.updateProperties({
        retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 40 },
      });
      const kept = await page.heard.hearsTimes(2, 'bert', 'chatThreadPropertiesUpdated', isIt);
      expect(kept.payload).toMatchObject({
        retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 40 },
        updatedBy: { id: { communicationUserId: anna.id }, displayName: 'Anna' },
      });
    });

    it('is told nothing of a thread after being removed from it, but of the removal', async () => {
      const thread = await newThread(people(), 'Without Bert');
      await page.heard.hears('bert', 'chatThreadCreated', ({ threadId }) => threadId === thread.id);
      await thread.ofAnna.removeParticipant({ communicationUserId: bert.id });
      await page.heard.hears('bert', 'participantsRemoved', ({ threadId }) => threadId === thread.id);
      const { id } = await thread.ofAnna.sendMessage({ content: 'among us' });
      await page.heard.hears('anna', 'chatMessageReceived', (payload) => payload['id'] === id);
      const other = await newThread(people(), 'Another');
      await page.heard.hears('bert', 'chatThreadCreated', ({ threadId }) => threadId === other.id);
      expect(page.heard.list.filter(({ name, payload }) => name === 'bert' && payload?.['id'] === id)).toEqual([]);
    });

    it.runIf(realtime === 'websocket')('asks with a double slash where its endpoint ends in one', async () => {
      const { token } = await newUser(emulator, europe);
      await page.start('slashed', `${europe.endpoint}/`, token);
      await page.heard.hears('slashed', 'realTimeNotificationConnected');
      await page.stop('slashed');
    });

    it('is told at the root that live chat is here', async () => {
      const answer = await fetch(`${europe.httpEndpoint}/?check=1`);
      expect([answer.status, await answer.text()]).toEqual([200, 'Trouter']);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect((await fetch(`${europe.httpEndpoint}/`)).status).toBe(404);
    });

    it('is cut off at once when its tokens are revoked', async () => {
      const cut = await newUser(emulator, europe);
      await page.start('cut', europe.endpoint, cut.token);
      await page.heard.hears('cut', 'realTimeNotificationConnected');
      await identityClient(emulator, europe).revokeTokens({ communicationUserId: cut.id });
      await page.heard.hears('cut', 'realTimeNotificationDisconnected');
      await page.stop('cut');
    });

    it('hears of a thread that its policy has ended, and that nobody deleted it', async () => {
      const thread = await newThread(people(), 'Thirty days');
      const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 } as const;
      await thread.ofAnna.updateProperties({ retentionPolicy });
      await emulator.clock.advance('P29DT23H');
      const late = { communicationUserId: bert.id };
      const { token } = await identityClient(emulator, europe).getToken(late, ['chat']);
      await page.start('late', europe.endpoint, token);
      await page.heard.hears('late', 'realTimeNotificationConnected');
      await emulator.clock.advance('PT2H');
      const ended = await page.heard.hears('late', 'chatThreadDeleted', ({ threadId }) => threadId === thread.id);
      expect(ended.payload).toMatchObject({ deletedBy: null, reason: 'deletedByPolicy' });
    });
  },
);
