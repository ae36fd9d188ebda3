// Each language whose programs are here plays the stories against one emulator. What passed stands in passed.json, of
// which docs/languages.md is made; DOMICILE_UPDATE=1 writes it anew.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { go, terraform } from './go.js';
import { java } from './java.js';
import { builtOnce, type Command, isHere } from './language.js';
import { notePassed, type Play, passedBefore } from './passed.js';
import { python } from './python.js';

let emulator: Emulator;
let scratch: string;
const isUpdating = process.env['DOMICILE_UPDATE'] === '1';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'domicile-languages-'));
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] });
  await writeFile(join(scratch, 'ready.json'), JSON.stringify(emulator.ready), { mode: 0o600 });
});
afterAll(async () => {
  await emulator?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

it.each([python, java, go, terraform])('$name plays every story, and calls every public method', async (language) => {
  if (!(await isHere(language))) {
    return;
  }
  const built = await builtOnce(language);
  const running = { readyFile: join(scratch, 'ready.json'), ca: emulator.ready.ca, scratch };
  const plays = await playAll(await language.command(built, running));
  for (const { capability, way, failure } of plays) {
    expect(failure, `${language.name}, ${capability}, ${way}`).toBeNull();
  }
  const passed = { packages: language.packages, plays: plays.map(({ failure: _none, ...play }) => play) };
  if (isUpdating) {
    await notePassed(language.name, passed);
  }
  expect(passed).toEqual(passedBefore(language.name));
});

async function playAll({ program, args, env }: Command): Promise<readonly Play[]> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env, AZURE_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (texts.out += String(chunk)));
  child.stderr.on('data', (chunk) => (texts.err = (texts.err + String(chunk)).slice(-4_000)));
  await new Promise((ended) => child.once('close', ended));
  const lines = texts.out.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length === 0) {
    throw new Error(`Nothing was played: ${texts.err}`);
  }
  return lines.map((line) => JSON.parse(line) as Play);
}
