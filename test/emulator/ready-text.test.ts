// What the terminal shows at the start, and which command its sentences give.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsKeptByNpm, ownCommand, startCommand } from '../../cli/own-command.js';
import { readyText } from '../../emulator/cli/ready-text.js';
import type { ReadyFile } from '../../emulator/contract.js';
import { geographySlugs } from '../../shared/geography/index.js';
import { createSandbox, type Sandbox } from './command-line.js';

const accessKey = Buffer.alloc(64, 1).toString('base64');

const id = '11111111-2222-4333-8444-555555555555';
const password = 'x'.repeat(32);

function ready(): ReadyFile {
  const resources = geographySlugs.map((geography, index) => {
    const endpoint = `https://localhost:${7401 + index}`;
    const connectionString = `endpoint=${endpoint}/;accesskey=${accessKey}`;
    const smtp = { host: 'localhost', port: 7601 + index, username: `contoso-${geography}.${id}.${id}`, password };
    return { name: `contoso-${geography}`, geography, endpoint, connectionString, smtp };
  });
  const entra = { authorityHost: 'https://localhost:7600' };
  const ca = '/home/you/.acs-domicile/ca.pem';
  return { version: '0.1.0', control: 'https://localhost:7400', ca, entra, resources } as unknown as ReadyFile;
}

describe('The text at the start', () => {
  it('fits 80 columns with every geography, and has what is to be copied whole on lines of its own', () => {
    const lines = readyText(ready(), '/home/you/domicile/.domicile').split('\n');
    const connectionStrings = lines.filter((line) => line.includes('accesskey='));
    expect(connectionStrings).toEqual(ready().resources.map(({ connectionString }) => connectionString));
    const users = lines.filter((line) => line.startsWith('localhost:'));
    expect(users).toEqual(ready().resources.map(({ smtp }) => `localhost:${smtp?.port} ${smtp?.username}`));
    expect(lines.filter((line) => line === password)).toHaveLength(1);
    const whole = new Set([...connectionStrings, ...users]);
    for (const line of lines.filter((candidate) => !whole.has(candidate))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });
});

describe('A sentence about a command', () => {
  const script = (npm_lifecycle_script: string, event = 'start') => ({
    npm_lifecycle_script,
    npm_lifecycle_event: event,
    npm_config_ephemeral: 'true',
    npm_config_ready_file: 'true',
  });

  it('gives the one that works where the reader is', () => {
    expect(ownCommand()).toBe('npx acs-domicile');
    expect(startCommand({})).toBe('npx acs-domicile start');
    expect(startCommand(script('node dist/app/cli.js start'))).toBe('npm start --');
    expect(startCommand(script('acs-domicile start --port 0', 'emulator'))).toBe('npm run emulator --');
  });

  it('knows what npm has kept for itself, and leaves other scripts their own', () => {
    const names = ['ephemeral', 'port', 'ready-file'];
    expect(optionsKeptByNpm(names, script('node dist/app/cli.js start'))).toEqual(['ephemeral', 'ready-file']);
    expect(optionsKeptByNpm(names, script('vitest run'))).toEqual([]);
    expect(optionsKeptByNpm(names, {})).toEqual([]);
  });
});

describe('npm start without --', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox();
  });
  afterAll(() => sandbox.remove());

  it('is refused before anything is kept on disk, with the command that was meant', async () => {
    const npm = {
      npm_lifecycle_event: 'start',
      npm_lifecycle_script: 'node dist/app/cli.js start',
      npm_config_ephemeral: 'true',
    };
    const outcome = await sandbox.run(['start'], npm).outcome;
    expect(outcome).toEqual({
      code: 2,
      stdout: '',
      stderr: 'npm has kept --ephemeral for itself; write: npm start -- --ephemeral\n',
    });
  });
});
