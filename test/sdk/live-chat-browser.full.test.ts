// Live chat in a real browser: the unmodified chat SDK in tabs of Chromium, whose every connection goes through tunnels that
// the test cuts, bars and leads elsewhere.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFiles } from '../scan/scan-files.js';
import { scanStorage } from '../scan/scan-storage.js';
import { identityClient, newUser, type TestUser } from './clients.js';
import { type BrowserPage, openBrowserPage } from './live/browser-page.js';
import { isBrowserHere } from './live/chromium.js';
import { hearTenEvents, newThread } from './live/ten-events.js';

const marks = { kept: 'kept-5d1f7c', deleted: 'deleted-9b30aa', typing: 'typing-e4c28d' } as const;

describe.runIf(isBrowserHere()).each(['websocket', 'longpoll'] as const)(
  'In Chromium, over %s, the official chat client',
  (realtime) => {
    const log: string[] = [];
    let data: string;
    let emulator: Emulator;
    let europe: EmulatorResource;
    let page: BrowserPage;
    let anna: TestUser;
    let bert: TestUser;

    beforeAll(async () => {
      data = await mkdtemp(join(tmpdir(), 'domicile-live-'));
      const geographies = ['europe', 'germany'] as const;
      emulator = await startEmulator({ data, geographies, realtime, log: (line) => log.push(line) });
      europe = emulator.resources[0] as EmulatorResource;
      page = await openBrowserPage(emulator.ready.ca);
      [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
      await Promise.all([online('anna', anna), online('bert', bert)]);
    });
    afterAll(async () => {
      await page?.[Symbol.asyncDispose]();
      await emulator?.dispose();
      await rm(data, { recursive: true, force: true });
    });

    const people = () => ({ emulator, resource: europe, heard: page.heard, anna, bert });
    const times = (name: string, event: string) => page.heard.of(name, event).length;
    const textsHeard = (name: string, text: string) =>
      page.heard.of(name, 'chatMessageReceived', ({ message }) => message === text);

    async function online(name: string, { token }: TestUser, endpoint = europe.endpoint): Promise<void> {
      await page.start(name, endpoint, token);
      await page.heard.hears(name, 'realTimeNotificationConnected');
    }

    /** Sends, and waits until all of these windows have heard it. */
    async function say(
      thread: Awaited<ReturnType<typeof newThread>>,
      text: string,
      ...names: string[]
    ): Promise<string> {
      const { id } = await thread.ofAnna.sendMessage({ content: text });
      await Promise.all(
        names.map((name) => page.heard.hears(name, 'chatMessageReceived', (each) => each['id'] === id)),
      );
      return id;
    }

    /** Whoever connects again meanwhile misses some, and hears none twice. */
    async function sayUntilHeard(thread: Awaited<ReturnType<typeof newThread>>, text: string, ...names: string[]) {
      let said = 0;
      const heardLast = () => names.every((name) => textsHeard(name, `${text} ${said}`).length > 0);
      const sayAgain = async () => {
        if (!heardLast()) {
          said += 1;
          await thread.ofAnna.sendMessage({ content: `${text} ${said}` });
        }
        return heardLast();
      };
      await expect.poll(sayAgain, { timeout: 30_000, interval: 1_000 }).toBe(true);
      for (const name of names) {
        for (let each = 1; each <= said; each++) {
          expect(textsHeard(name, `${text} ${each}`).length).toBeLessThanOrEqual(1);
        }
      }
    }

    const socketHost = () => new URL(page.askedBy('anna').findLast((url) => url.startsWith('wss:')) ?? '').host;

    it('hears all ten events, with what they are about', () => hearTenEvents(people()));

    it(`is connected by ${realtime === 'websocket' ? 'a WebSocket' : 'polls'} and by nothing else`, () => {
      const asked = page.askedBy('anna');
      const isSocket = (url: string) => url.startsWith('wss:');
      const isPoll = (url: string) => url.includes('/xhr-polling/');
      expect(asked.some(isSocket)).toBe(realtime === 'websocket');
      expect(asked.some(isPoll)).toBe(realtime === 'longpoll');
    });

    it('asks this machine alone', () => {
      const hosts = ['anna', 'bert'].flatMap((name) => page.askedBy(name)).map((url) => new URL(url).hostname);
      expect(new Set(hosts)).toEqual(new Set(['localhost']));
    });

    it('connects again when its connection was cut, and is told of what comes then', async () => {
      const thread = await newThread(people(), 'Cut');
      await say(thread, 'before the cut', 'anna', 'bert');
      const gone = times('bert', 'realTimeNotificationDisconnected');
      const back = times('bert', 'realTimeNotificationConnected');
      const place = realtime === 'websocket' ? socketHost() : new URL(europe.endpoint).host;
      page.tunnels.bar(place);
      await page.heard.hearsTimes(gone + 1, 'bert', 'realTimeNotificationDisconnected');
      page.tunnels.open(place);
      await page.heard.hearsTimes(back + 1, 'bert', 'realTimeNotificationConnected');
      await say(thread, 'after the cut', 'bert');
      expect(textsHeard('bert', 'after the cut')).toHaveLength(1);
    });

    it('misses nothing when its browser repeats a request that was cut', async () => {
      const thread = await newThread(people(), 'Repeated');
      await sayUntilHeard(thread, 'before the cut', 'anna', 'bert');
      expect(page.tunnels.cut()).toBeGreaterThan(0);
      await sayUntilHeard(thread, 'after the cut', 'anna', 'bert');
    });

    it('is told in each of two tabs once, and goes on in one when the other is closed', async () => {
      await online('bert too', bert);
      const thread = await newThread(people(), 'Tabs');
      await say(thread, 'in both tabs', 'bert', 'bert too');
      await page.leave('bert too');
      await say(thread, 'in one tab', 'bert');
      expect(textsHeard('bert', 'in both tabs')).toHaveLength(1);
      expect(textsHeard('bert too', 'in both tabs')).toHaveLength(1);
      expect(textsHeard('bert', 'in one tab')).toHaveLength(1);
    });

    it('is told nothing newer of a thread than its own removal', async () => {
      const thread = await newThread(people(), 'Without Bert');
      await say(thread, 'with Bert', 'bert');
      await thread.ofAnna.removeParticipant({ communicationUserId: bert.id });
      await page.heard.hears('bert', 'participantsRemoved', ({ threadId }) => threadId === thread.id);
      const { id } = await thread.ofAnna.sendMessage({ content: 'without Bert' });
      await thread.ofAnna.updateMessage(id, { content: 'still without Bert' });
      await thread.ofAnna.sendTypingNotification({ senderDisplayName: 'Anna' });
      await thread.ofAnna.updateTopic('Renamed without Bert');
      await page.heard.hears('anna', 'chatThreadPropertiesUpdated', ({ threadId }) => threadId === thread.id);
      // He is told of the next thread behind all of that.
      const next = await newThread(people(), 'Next');
      await say(next, 'next', 'bert');
      const newest = page.heard.list.findLast(
        (each) => each.name === 'bert' && each.payload?.['threadId'] === thread.id,
      );
      expect(newest?.event).toBe('participantsRemoved');
    });

    it('is led to the home’s own host where it entered through another geography', async () => {
      const { port } = new URL(europe.endpoint);
      const germany = new URL(emulator.ready.geographies['germany']?.app ?? '');
      page.tunnels.lead(`127.0.0.1:${port}`, `127.0.0.1:${germany.port}`);
      const far = await newUser(emulator, europe);
      await online('far', far, `https://127.0.0.1:${port}`);
      const thread = await newThread({ anna, bert: far }, 'From afar');
      await say(thread, 'heard from afar', 'far');
      const asked = page.askedBy('far');
      const entered = asked.filter((url) => url.startsWith(`https://127.0.0.1:${port}/`));
      expect(new Set(entered)).toEqual(new Set([`https://127.0.0.1:${port}/chat/config/realTimeNotifications`]));
      expect(asked).toContain(`${europe.endpoint}/v4/a`);
    });

    it.each(['revoked', 'deleted'] as const)('is cut off when its user’s tokens are %s, for good', async (how) => {
      const cut = await newUser(emulator, europe);
      await online(how, cut);
      const thread = await newThread({ anna, bert: cut }, how);
      await say(thread, `before it is ${how}`, how);
      const user = { communicationUserId: cut.id };
      const identities = identityClient(emulator, europe);
      await (how === 'revoked' ? identities.revokeTokens(user) : identities.deleteUser(user));
      await page.heard.hears(how, 'realTimeNotificationDisconnected');
      await say(thread, `after it was ${how}`, 'anna');
      await say(await newThread(people(), 'Others'), `others, ${how}`, 'bert');
      expect(textsHeard(how, `after it was ${how}`)).toEqual([]);
      await page.leave(how);
    });

    it('hears again when the function app was killed and is back', async () => {
      const thread = await newThread(people(), 'Killed');
      await say(thread, 'before the kill', 'anna', 'bert');
      const { pid = 0 } = emulator.ready.geographies['europe'] ?? {};
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => log.some((line) => line.includes('is started again'))).toBe(true);
      await sayUntilHeard(thread, 'after the kill', 'anna', 'bert');
    });

    it.runIf(realtime === 'websocket')('polls where nothing lets a WebSocket through', async () => {
      page.tunnels.bar(socketHost());
      const barred = await newUser(emulator, europe);
      await online('barred', barred);
      expect(page.askedBy('barred').some((url) => url.includes('/xhr-polling/'))).toBe(true);
      const thread = await newThread({ anna, bert: barred }, 'Barred');
      await say(thread, 'heard by polling', 'barred');
      expect(textsHeard('barred', 'heard by polling')).toHaveLength(1);
    });

    it('leaves nothing of what was told at rest, and nothing at all in another geography', async () => {
      const thread = await newThread(people(), 'Marks');
      await say(thread, marks.kept, 'bert');
      const deleted = await say(thread, marks.deleted, 'bert');
      await thread.ofAnna.deleteMessage(deleted);
      await page.heard.hears('bert', 'chatMessageDeleted', ({ id }) => id === deleted);
      await thread.ofAnna.sendTypingNotification({ senderDisplayName: marks.typing });
      const isMarked = ({ senderDisplayName }: Record<string, unknown>) => senderDisplayName === marks.typing;
      await page.heard.hears('bert', 'typingIndicatorReceived', isMarked);

      const all = [...Object.values(marks), anna.id, bert.id];
      const { geographies } = emulator.ready;
      const home = await scanStorage(geographies['europe']?.storage ?? '', all);
      expect(new Set(home.hits.map(({ mark }) => mark))).toEqual(new Set([marks.kept, anna.id, bert.id]));
      expect(home.names.filter((name) => name.startsWith('live'))).toEqual(['liveconnections', 'livepointers']);
      expect(home.hits.filter(({ store }) => store.startsWith('live'))).toEqual([]);
      expect((await scanStorage(geographies['germany']?.storage ?? '', all)).hits).toEqual([]);
      const spoken = [...Object.values(marks), anna.id, bert.id, anna.token, bert.token];
      expect(log.filter((line) => spoken.some((mark) => line.includes(mark)))).toEqual([]);
      // The files hold everything only after a graceful stop.
      await emulator.dispose();
      const tablesOnly = true;
      const files = await scanFiles(join(data, 'europe'), all, { tablesOnly });
      expect(files.hits.map(({ mark }) => mark)).toContain(marks.kept);
      expect(files.hits.filter(({ mark }) => mark === marks.deleted || mark === marks.typing)).toEqual([]);
      expect((await scanFiles(join(data, 'germany'), all)).hits).toEqual([]);
    });
  },
);
