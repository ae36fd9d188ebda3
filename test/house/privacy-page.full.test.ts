// The walk of docs/privacy.md works as it stands, from the link to the receipt.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newUser } from '../sdk/clients.js';

const run = promisify(execFile);
const page = readFileSync('docs/privacy.md', 'utf8');
const [, ...commands] = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text);

let folder: string;
let emulator: Emulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-privacy-'));
  emulator = await startEmulator({ ephemeral: true });
  await writeFile(join(folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await rm(folder, { recursive: true, force: true });
});

// A dozen commands, one after the other, as a reader of the page runs them.
test('a person is linked, identified, exported and erased, and the receipts verify', async () => {
  const { ca, resources } = emulator.ready;
  const [europe, america] = resources;
  if (europe === undefined || america === undefined) {
    throw new Error('There are two resources.');
  }
  const { id } = await newUser(emulator, europe);
  const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: ca, USER_ID: id };
  const shell = (command: string) => {
    const here = command
      .replaceAll('npx acs-domicile', `node ${process.cwd()}/dist/app/cli.js`)
      .replaceAll('https://localhost:7401', europe.endpoint)
      .replaceAll('https://localhost:7402', america.endpoint);
    return run('bash', ['-e', '-c', here], { cwd: folder, env });
  };
  const outcomes: string[] = [];
  for (const text of commands) {
    const ended = shell(text);
    if (text.includes('--out erased-17')) {
      const command = { isOver: false };
      void ended.finally(() => (command.isOver = true)).catch(() => undefined);
      // What the page says: the clock may be moved, whenever the erasure has begun.
      while (!command.isOver) {
        await emulator.clock.advance('PT15M');
      }
    }
    outcomes.push((await ended).stdout);
  }
  const [linked, held, exported, plan, erased, verified] = outcomes;
  expect(linked).toMatch(/ 2\n.* 1\n$/);
  expect(held).toMatch(/identities +1 /);
  expect(exported).toContain('.zip');
  expect(plan).toContain('This was a dry run');
  expect(erased).toContain('receipts.json');
  expect(verified?.match(/the one of the file, by salt and hash/g)).toHaveLength(2);
}, 60_000);
