import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinds } from '../../cli/retention/explain-thing.js';
import { retentionHelp } from '../../cli/retention/retention-help.js';
import { composeForReading } from '../house/composed-app.js';
import { newUser } from '../sdk/clients.js';
import { createSandbox, type Sandbox } from './command-line.js';

let emulator: Emulator;
let sandbox: Sandbox;
beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: ['europe', 'switzerland'] }),
    createSandbox(),
  ]);
  await writeFile(join(sandbox.folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

const run = (...args: string[]) =>
  sandbox.run(['retention', ...args, '--resources', 'ready.json'], { NODE_EXTRA_CA_CERTS: emulator.ready.ca }).outcome;

describe('acs-domicile retention', () => {
  it('explains a thread wherever it lies, lists it while it is expired, and finds nothing when it is gone', async () => {
    const [, switzerland] = emulator.resources;
    if (switzerland === undefined) {
      throw new Error('There is no second resource.');
    }
    const anna = await newUser(emulator, switzerland);
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 90 } as const;
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Kept' }, { retentionPolicy });
    const id = chatThread?.id ?? '';
    const shown = await run('explain', 'thread', id);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^ {2}Resource +https:.*\n {2}Policy +The thread expires 90 days .*\n {2}Since .*\n {2}Expires on .*\n {2}Invisible from .*\n {2}Restorable until .*\n {2}Gone by .*Z\n$/,
    );
    const [explained] = JSON.parse((await run('explain', 'thread', id, '--json')).stdout) as [Record<string, string>];
    expect(explained['resource']).toBe(switzerland.endpoint);

    await emulator.clock.set(new Date(Date.parse(explained['expiresOn'] ?? '') + 60 * 60_000));
    const expired = await run('expired');
    expect(expired.stdout).toContain(`${switzerland.endpoint}   ${id}   1 `);
    const listed = JSON.parse((await run('expired', '--json')).stdout) as { threads: { restorableUntil: string }[] }[];
    expect(listed.map(({ threads }) => threads.length)).toEqual([0, 1]);
    expect(listed[1]?.threads[0]?.restorableUntil).toBe(explained['restorableUntil']);

    await emulator.clock.set(new Date(Date.parse(explained['restorableUntil'] ?? '') + 1_000));
    await emulator.clock.set(new Date(Date.parse(explained['goneBy'] ?? '')));
    expect(await run('expired')).toMatchObject({ code: 0, stdout: 'No thread is expired.\n' });
    expect(await run('explain', 'thread', id)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No resource has such a thread, or nothing is left of it.\n',
    });
  });

  it('takes the kinds that the data map explains', async () => {
    const { stores } = await composeForReading();
    expect([...kinds].sort()).toEqual(stores.flatMap(({ store }) => store.explain?.kind ?? []).sort());
    for (const kind of kinds) {
      expect(retentionHelp).toContain(kind);
    }
  });

  it('says in one sentence how it is used wrongly', async () => {
    const wrong: readonly [readonly string[], RegExp][] = [
      [[], /^Nothing is not what it can do/],
      [['explain'], /^A kind and an id are needed/],
      [['explain', 'banana', 'x'], /^"banana" is no kind; there are thread, /],
      [['explain', 'thread', 'x', 'y'], /^"y" was not expected/],
      [['expired', 'x'], /^"x" was not expected/],
      [['expired'], /^--resources is missing/],
    ];
    for (const [args, sentence] of wrong) {
      const { code, stderr } = await sandbox.run(['retention', ...args]).outcome;
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) });
      expect(stderr).toMatch(/; see npx acs-domicile retention --help\.\n$/);
    }
  });
});
