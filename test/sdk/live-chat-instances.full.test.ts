// Live chat where several processes answer for a geography: what one takes in reaches who is connected through another.
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, newUser, type TestUser } from './clients.js';
import { openBrowserPage } from './live/browser-page.js';
import { isBrowserHere } from './live/chromium.js';
import { openPage, type Page } from './live/page.js';
import { newThread } from './live/ten-events.js';

const pages = [['Node', openPage] as const, ...(isBrowserHere() ? [['Chromium', openBrowserPage] as const] : [])];
const cases = (['websocket', 'longpoll'] as const).flatMap((realtime) =>
  pages.map(([where, open]) => ({ realtime, where, open })),
);

describe.each(cases)('Two processes over $realtime, with pages in $where,', ({ realtime, open }) => {
  let emulator: Emulator;
  let europe: EmulatorResource;
  let page: Page;
  let anna: TestUser;
  let bert: TestUser;

  beforeAll(async () => {
    emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2, realtime });
    europe = emulator.resources[0] as EmulatorResource;
    page = await open(emulator.ready.ca);
    [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
  });
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]();
    await emulator?.dispose();
  });

  it('tell each other’s clients, each message once', async () => {
    const there = europe.instanceEndpoints[0] ?? '';
    await page.start('here', europe.endpoint, bert.token);
    await page.heard.hears('here', 'realTimeNotificationConnected');
    const { chatThread } = await chatClient(emulator, there, anna.token).createChatThread(
      { topic: 'Both' },
      { participants: [{ id: { communicationUserId: bert.id } }] },
    );
    const id = chatThread?.id ?? '';
    await page.heard.hears('here', 'chatThreadCreated', ({ threadId }) => threadId === id);
    const sent: string[] = [];
    for (let n = 0; n < 20; n++) {
      const endpoint = n % 2 === 0 ? there : europe.endpoint;
      const thread = chatClient(emulator, endpoint, anna.token).getChatThreadClient(id);
      sent.push((await thread.sendMessage({ content: `message ${n}` })).id);
    }
    const last = sent.at(-1);
    await page.heard.hears('here', 'chatMessageReceived', (payload) => payload['id'] === last);
    await Promise.all(
      sent.map((each) => page.heard.hears('here', 'chatMessageReceived', ({ id: heard }) => heard === each)),
    );
    const heard = page.heard.list
      .filter(({ event }) => event === 'chatMessageReceived')
      .map(({ payload }) => payload['id']);
    expect([...heard].sort()).toEqual([...sent].sort());
  });

  it('keep two windows of one user, each told once', async () => {
    await page.start('second', europe.instanceEndpoints[0] ?? '', bert.token);
    await page.heard.hears('second', 'realTimeNotificationConnected');
    const { chatThread } = await anna.chat.createChatThread(
      { topic: 'Windows' },
      { participants: [{ id: { communicationUserId: bert.id } }] },
    );
    const isIt = ({ threadId }: Record<string, unknown>) => threadId === chatThread?.id;
    await Promise.all(['here', 'second'].map((name) => page.heard.hears(name, 'chatThreadCreated', isIt)));
    const heard = page.heard.list.filter(({ event, payload }) => event === 'chatThreadCreated' && isIt(payload));
    expect(heard.map(({ name }) => name).sort()).toEqual(['here', 'second']);
  });

  it('tell of receipts and of metadata that the other one took in', async () => {
    const { id, ofAnna } = await newThread({ anna, bert }, 'Read', { a: '1' });
    const isIt = ({ threadId }: Record<string, unknown>) => threadId === id;
    await page.heard.hears('here', 'chatThreadCreated', isIt);
    for (const endpoint of [europe.endpoint, europe.instanceEndpoints[0] ?? '']) {
      const there = chatClient(emulator, endpoint, anna.token).getChatThreadClient(id);
      const before = page.heard.of('here', 'readReceiptReceived', isIt).length;
      const { id: messageId } = await ofAnna.sendMessage({ content: 'read me' });
      await there.sendReadReceipt({ chatMessageId: messageId });
      await page.heard.hearsTimes(before + 1, 'here', 'readReceiptReceived', isIt);
      await there.updateProperties({ metadata: { a: endpoint } });
      const isChanged = ({ properties }: Record<string, unknown>) =>
        (properties as { metadata?: Record<string, string> } | undefined)?.metadata?.['a'] === endpoint;
      await page.heard.hears('here', 'chatThreadPropertiesUpdated', isChanged);
      expect(page.heard.of('here', 'chatThreadPropertiesUpdated', isChanged)).toHaveLength(1);
    }
    expect(page.heard.of('here', 'readReceiptReceived', isIt)).toHaveLength(2);
  });

  // Who is typing is written down nowhere, so no other process can find it.
  it.runIf(realtime === 'websocket')('tell who is typing, whichever took that in', async () => {
    const { id } = await newThread({ anna, bert }, 'Typing');
    for (const endpoint of [europe.endpoint, europe.instanceEndpoints[0] ?? '']) {
      const there = chatClient(emulator, endpoint, anna.token).getChatThreadClient(id);
      await there.sendTypingNotification({ senderDisplayName: endpoint });
      const isHers = ({ senderDisplayName }: Record<string, unknown>) => senderDisplayName === endpoint;
      await page.heard.hears('here', 'typingIndicatorReceived', isHers);
    }
  });
});
