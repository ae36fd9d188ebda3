// What was asked of resources, as the command line shows it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';
import { createSandbox, type Sandbox } from './command-line.js';

let emulator: Emulator;
let europe: EmulatorResource;
let sandbox: Sandbox;
beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: ['europe'] }),
    createSandbox(),
  ]);
  europe = emulator.resources[0] as EmulatorResource;
  await writeFile(join(sandbox.folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

const start = (...args: string[]) =>
  sandbox.run(['logs', ...args, '--resources', 'ready.json'], { NODE_EXTRA_CA_CERTS: emulator.ready.ca });
const run = (...args: string[]) => start(...args).outcome;
const chat = ['--table', 'ACSChatIncomingOperations'];

describe('acs-domicile logs', () => {
  it('shows what the official client did, by its conditions, as lines and as JSON, and follows', async () => {
    const body = { categories: 'all', retentionDays: 7, identifiers: 'pseudonymous' };
    expect((await signedCall(europe, 'PUT', '/diagnostics/settings', body)).status).toBe(200);
    const anna = await newUser(emulator, europe);
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Logged' });
    await anna.chat.getChatThreadClient(chatThread?.id ?? '').sendMessage({ content: 'Hello' });
    const shown = await vi.waitFor(
      async () => {
        const found = await run(...chat, '--where', `UserId=${anna.id}`);
        expect(found.stdout.split('\n')).toHaveLength(3);
        return found;
      },
      { timeout: 25_000 },
    );
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^\S+Z {2}CreateChatThread {2}201 {2}[\d.]+ ms {2}p:\S{24}\n\S+Z {2}SendChatMessage {2}201 {2}[\d.]+ ms {2}p:\S{24}\n$/,
    );
    const rows = (await run(...chat, '--json', '--since', 'P1D')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows[0]).toMatchObject({ resource: europe.endpoint, ChatThreadId: chatThread?.id, SdkType: /azsdk-js-/ });
    expect(JSON.stringify(rows)).not.toContain(anna.id);
    expect((await run(...chat, '--where', 'ResultType=Failed')).stdout).toBe('');

    const following = start(...chat, '--follow', '--where', 'OperationName=DeleteChatThread');
    await anna.chat.deleteChatThread(chatThread?.id ?? '');
    let followed = '';
    following.process.stdout?.on('data', (chunk) => (followed += String(chunk)));
    await vi.waitFor(() => expect(followed).toContain('DeleteChatThread'), { timeout: 25_000 });
    following.process.kill('SIGINT');
    expect(await following.outcome).toMatchObject({ code: 1 });
  }, 60_000);

  it('says how it is used wrongly, and which tables and columns there are', async () => {
    expect(await run('--where', 'A=b')).toMatchObject({ code: 2, stderr: expect.stringContaining('--table') });
    expect(await run(...chat, '--where', 'nothing')).toMatchObject({ code: 2 });
    expect(await run(...chat, '--since', 'yesterday')).toMatchObject({ code: 2 });
    const table = await run('--table', 'ACSCallSummary');
    expect(table).toMatchObject({ code: 3, stderr: expect.stringContaining('ACSChatIncomingOperations') });
  });
});
