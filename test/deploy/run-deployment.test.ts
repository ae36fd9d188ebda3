// A whole deployment with a cloud that is played: nothing is changed before everything is there, and what was done is
// not done again.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../../deploy/run/arguments.js';
import { runDeployment } from '../../deploy/run/run-deployment.js';
import { RunState } from '../../deploy/run/run-state.js';
import { Stop } from '../../deploy/run/stop.js';
import { geographySlugs } from '../../shared/geography/index.js';
import { type CloudServer, startCloudServer } from './cloud-server.js';
import { type FakeCloud, fakeCloud } from './fake-cloud.js';

let azure: CloudServer;
let cloud: FakeCloud;
let folder: string;
let said: string[];
let sha256: string;
let answer: boolean | undefined;
let stop: Stop;

beforeEach(async () => {
  azure = await startCloudServer();
  cloud = fakeCloud();
  folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  said = [];
  sha256 = 'a'.repeat(64);
  answer = undefined;
  stop = new Stop();
});
afterEach(async () => {
  await azure.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command as a process of its own would: from the state file and nothing else. */
async function deploy(...args: string[]): Promise<number> {
  const command = readArguments(args);
  if (command === 'help') {
    throw new Error('Not a run.');
  }
  said = [];
  return await runDeployment(
    {
      cloud,
      caller: azure.caller,
      state: await RunState.open(join(folder, 'run.json')),
      stop,
      makePackage: async () => ({
        zip: Buffer.from('zip'),
        sha256,
        bundle: { files: new Map(), packagesAtStart: [], sources: [] },
        packages: [],
        billOfMaterials: Buffer.from('{}'),
      }),
      ask: answer === undefined ? undefined : async () => answer === true,
      say: (line) => said.push(line),
    },
    command,
  );
}

const published = () => azure.calls().filter((call) => call.startsWith('POST') && call.endsWith('/api/publish'));

describe('a deployment', () => {
  it('updates the stack, publishes the code, waits for the app, and tells each step', async () => {
    expect(await deploy('europe', '--yes')).toBe(0);
    expect(said).toEqual([
      'europe: updating the stack',
      'europe: create azure-native:storage:StorageAccount',
      'europe: the stack is up',
      'europe: publishing the code',
      'europe: the package was taken; waiting for its deployment',
      'europe: waiting for the app to answer',
      'europe: the code is published; https://domicile-europe-abcde.azurewebsites.net is healthy',
      'Done: europe.',
    ]);
    expect(azure.received[0]?.body.toString()).toBe('zip');
  });

  it('works on all geographies, four at a time', async () => {
    expect(await deploy('all', '--yes')).toBe(0);
    expect(cloud.updated.toSorted()).toEqual([...geographySlugs].toSorted());
    expect(new Set(published()).size).toBe(16);
    expect(cloud.mostAtOnce).toBe(4);
  });

  it('works on the geographies that are named, each once', async () => {
    expect(await deploy('brazil,europe,brazil', '--yes')).toBe(0);
    expect(cloud.updated).toEqual(['brazil', 'europe']);
  });

  it('that is stopped ends the stacks it is at, begins nothing more, and goes on later', async () => {
    const waits = () => stop.isAsked || !stop.ask();
    cloud.onUpdate = () => expect(waits()).toBe(true);
    expect(await deploy('all', '--yes')).toBe(1);
    expect(cloud.updated).toHaveLength(4);
    expect(published()).toEqual([]);
    expect(said).toContain('europe: FAILED. It was stopped before this began.');
    expect(stop.ask()).toBe(true);
    stop = new Stop();
    cloud.onUpdate = () => undefined;
    expect(await deploy('all', '--yes')).toBe(0);
    expect(new Set(cloud.updated).size).toBe(16);
    expect(cloud.updated).toHaveLength(16);
  });

  it('does only the half that was asked for', async () => {
    expect(await deploy('europe', '--stack-only', '--yes')).toBe(0);
    expect([cloud.updated, azure.received]).toEqual([['europe'], []]);
    expect(await deploy('brazil', '--code-only', '--yes')).toBe(0);
    expect([cloud.updated, published().length]).toEqual([['europe'], 1]);
  });

  it('writes the package of a Dedicated app into storage', async () => {
    cloud.hosting = 'dedicated';
    expect(await deploy('switzerland', '--yes')).toBe(0);
    expect(azure.calls()[0]).toBe('PUT domicileswitzerlandabcde.blob.core.windows.net/deployments/package.zip');
    expect(published()).toEqual([]);
  });
});

describe('before it changes anything', () => {
  it('says which tools are missing, all at once', async () => {
    cloud.tools = ['the Pulumi CLI: install it', 'a login to Azure: run az login'];
    expect(await deploy('europe', '--yes')).toBe(3);
    expect(said).toEqual([
      'Nothing was changed. What is missing:\n  - the Pulumi CLI: install it\n  - a login to Azure: run az login',
    ]);
    expect([cloud.updated, azure.received]).toEqual([[], []]);
  });

  it('looks at the stacks of all geographies before it begins with the first', async () => {
    cloud.stacks.set('unitedstates', ['the stack unitedstates: pulumi stack init unitedstates']);
    expect(await deploy('all', '--yes')).toBe(3);
    expect(said[0]).toContain('pulumi stack init unitedstates');
    expect(cloud.updated).toEqual([]);
  });

  it('asks, and takes no for an answer', async () => {
    answer = false;
    expect(await deploy('europe')).toBe(3);
    expect(said).toEqual(['Nothing was changed.']);
    answer = true;
    expect(await deploy('europe')).toBe(0);
  });

  it('wants --yes where nobody can be asked', async () => {
    expect(await deploy('europe')).toBe(2);
    expect(said[0]).toMatch(/^Nothing was changed\. This would update the stack and publish the code of europe;/);
    expect(cloud.updated).toEqual([]);
  });
});

describe('after a failure', () => {
  it('goes on with the other geographies, and the next run does what was left', async () => {
    cloud.failing.add('brazil');
    expect(await deploy('all', '--yes')).toBe(1);
    expect(said.slice(-2)).toEqual([
      'brazil: FAILED. Pulumi could not update the stack: quota',
      '1 of 16 failed. Run the same command again to go on.',
    ]);
    expect(published().length).toBe(15);

    cloud.failing.clear();
    expect(await deploy('all', '--yes')).toBe(0);
    expect(cloud.updated.length).toBe(16);
    expect(published().length).toBe(16);
    expect(said).toContain('europe: the stack was updated before');
    expect(said).toContain('europe: the code was published before');
  });

  it('waits for a deployment that was begun instead of publishing again', async () => {
    const unknown = Array.from({ length: 8 }, () => [503] as const);
    azure.reply('GET /api/deployments/d-1', ...unknown);
    expect(await deploy('europe', '--yes')).toBe(1);
    expect(await deploy('europe', '--yes')).toBe(0);
    expect(published().length).toBe(1);
  });

  it('publishes again what Azure could not deploy', async () => {
    azure.reply('GET /api/deployments/d-1', [200, { status: 3, status_text: 'no access to the container' }]);
    expect(await deploy('europe', '--yes')).toBe(1);
    expect(said).toContain('europe: FAILED. The deployment failed: no access to the container');
    expect(await deploy('europe', '--yes')).toBe(0);
    expect(published().length).toBe(2);
  });

  it('publishes again when the code is another, and updates again when the stack is', async () => {
    azure.reply('GET /health', ...Array.from({ length: 60 }, () => [404] as const));
    expect(await deploy('europe', '--yes')).toBe(1);
    sha256 = 'b'.repeat(64);
    cloud.version = '2';
    expect(await deploy('europe', '--yes')).toBe(0);
    expect([cloud.updated.length, published().length]).toEqual([2, 2]);
  });

  it('does everything again after a run that was done', async () => {
    expect(await deploy('europe', '--yes')).toBe(0);
    await expect(readFile(join(folder, 'run.json'))).rejects.toThrow(/ENOENT/);
    expect(await deploy('europe', '--yes')).toBe(0);
    expect([cloud.updated.length, published().length]).toEqual([2, 2]);
  });

  it('is not hindered by a broken state file', async () => {
    await writeFile(join(folder, 'run.json'), '{"europe":');
    expect(await deploy('europe', '--yes')).toBe(0);
  });
});

describe('a wrong command', () => {
  it.each([
    [[], 'Name a geography'],
    [['moon'], '"moon" is not a geography'],
    [['europe,,brazil'], '"" is not a geography'],
    [['europe', 'brazil'], '"brazil" was not expected'],
    [['all', '--stack-only', '--code-only'], 'exclude each other'],
    [['all', '--force'], "Unknown option '--force'"],
  ])('%j is refused with one sentence', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});
