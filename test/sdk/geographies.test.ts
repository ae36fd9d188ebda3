import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFiles } from '../scan/scan-files.js';
import { scanStorage } from '../scan/scan-storage.js';
import { collect, newUser } from './clients.js';

let data: string;
let emulator: Emulator;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'domicile-geographies-'));
  emulator = await startEmulator({ data, geographies: ['europe', 'unitedstates'] });
});
afterAll(async () => {
  await emulator?.dispose();
  await rm(data, { recursive: true, force: true });
});

async function converse(resource: EmulatorResource, mark: string): Promise<string[]> {
  const [anna, bert] = [await newUser(emulator, resource), await newUser(emulator, resource)];
  const { chatThread } = await anna.chat.createChatThread(
    { topic: `topic ${mark}` },
    { participants: [{ id: { communicationUserId: bert.id }, displayName: `Bert ${mark}` }] },
  );
  const thread = bert.chat.getChatThreadClient(chatThread?.id ?? '');
  await thread.sendMessage({ content: `text ${mark}` }, { senderDisplayName: `name ${mark}` });
  expect((await collect(thread.listMessages()))[0]?.content?.message).toBe(`text ${mark}`);
  return [`topic ${mark}`, `Bert ${mark}`, `text ${mark}`, `name ${mark}`, anna.id, bert.id];
}

describe('Two geographies', () => {
  it('keep what people write in their own storage and nowhere else', async () => {
    const [europe, america] = emulator.resources as [EmulatorResource, EmulatorResource];
    const marks = {
      europe: await converse(europe, 'Grüße-aus-Wien-7f3a'),
      unitedstates: await converse(america, 'Greetings-from-Boise-91bc'),
    };
    const { geographies } = emulator.ready;
    for (const [home, other] of [
      ['europe', 'unitedstates'],
      ['unitedstates', 'europe'],
    ] as const) {
      const scan = await scanStorage(geographies[home]?.storage ?? '', marks[home]);
      expect(new Set(scan.hits.map(({ mark }) => mark))).toEqual(new Set(marks[home]));
      expect((await scanStorage(geographies[other]?.storage ?? '', marks[home])).hits).toEqual([]);
    }
    // The files hold everything only after a graceful stop.
    await emulator.dispose();
    for (const [home, other] of [
      ['europe', 'unitedstates'],
      ['unitedstates', 'europe'],
    ] as const) {
      const atHome = await scanFiles(join(data, home), marks[home]);
      expect(new Set(atHome.hits.map(({ mark }) => mark))).toEqual(new Set(marks[home]));
      const elsewhere = await scanFiles(join(data, other), marks[home]);
      expect(elsewhere.hits).toEqual([]);
      expect(elsewhere.files).toBeGreaterThan(0);
    }
  });
});
