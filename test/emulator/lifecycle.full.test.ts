// The processes of an emulator: how they start, come back, and end.
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyFile } from '../../emulator/contract.js';
import { type Sandbox, childrenOf, createSandbox, isRunning, until } from './command-line.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});

afterAll(() => sandbox.remove());

async function call(ready: ReadyFile, url: string, body?: object): Promise<{ status: number; body: unknown }> {
  const ca = await readFile(ready.ca, 'utf8');
  return await new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(url, { ca, method, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text === '' ? '' : JSON.parse(text) }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function tableOf(ready: ReadyFile): TableClient {
  const { storage = '' } = ready.geographies['europe'] ?? {};
  return TableClient.fromConnectionString(storage, 'kept', { allowInsecureConnection: true });
}

describe('an emulator started from the command line', () => {
  it('leaves nothing on disk when it is ephemeral, and ends with Ctrl-C within 3 s', async () => {
    const before = await readdir(sandbox.folder);
    const { process: supervisor, outcome, ready } = await sandbox.start('--ephemeral', '--quiet');
    const children = childrenOf(ready.pid);
    expect(children).toHaveLength(4);
    expect(sandbox.processes().sort()).toEqual([ready.pid, ...children].sort());
    const since = performance.now();
    supervisor.kill('SIGINT');
    expect(await outcome).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(performance.now() - since).toBeLessThan(3_000);
    expect(sandbox.processes()).toEqual([]);
    const added = (await readdir(sandbox.folder)).filter((name) => !before.includes(name)).sort();
    expect(added).toEqual(['home']); // the ready file is gone too: it would name what does not answer
  });

  it('keeps storage, account and clock over a restart, also when its supervisor was killed', async () => {
    const first = await sandbox.start('--geographies', 'europe', '--data', 'kept');
    await tableOf(first.ready).createTable();
    await tableOf(first.ready).createEntity({ partitionKey: 'p', rowKey: 'r', text: 'still here' });
    await call(first.ready, `${first.ready.control}/clock`, { advance: 'P31D' });
    const children = childrenOf(first.ready.pid);
    first.process.kill('SIGKILL');
    const second = await sandbox.start('--geographies', 'europe', '--data', 'kept');
    expect(children.filter(isRunning)).toEqual([]);
    expect(await tableOf(second.ready).getEntity('p', 'r')).toMatchObject({ text: 'still here' });
    const { body } = await call(second.ready, `${second.ready.control}/clock`);
    expect(body).toMatchObject({ offsetMs: 31 * 24 * 3600 * 1000 });
    expect(second.ready.resources[0]?.accessKey).toBe(first.ready.resources[0]?.accessKey);

    const third = await sandbox.run(['start', '--port', '0', '--data', 'kept']).outcome;
    expect(third).toMatchObject({ code: 1, stderr: expect.stringContaining(`process ${second.ready.pid}`) });
    second.process.kill('SIGTERM');
    const { code, stdout } = await second.outcome;
    expect(code).toBe(0);
    expect(stdout).toMatch(/europe +contoso-europe +https:\/\/localhost:\d+\n/);
    expect(stdout).toMatch(/^endpoint=https:\/\/localhost:\d+\/;accesskey=[\w+/]+={0,2}$/m);
    expect(stdout).toContain(`NODE_EXTRA_CA_CERTS=${second.ready.ca}`);
    expect((await readdir(join(sandbox.folder, 'kept'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('starts a killed function app again on its ports, and gives up with a sentence when its storage is gone', async () => {
    const { outcome, ready } = await sandbox.start('--geographies', 'europe', '--ephemeral');
    const { pid = 0, app = '' } = ready.geographies['europe'] ?? {};
    const storage = childrenOf(ready.pid).filter((child) => child !== pid);
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid), 1_000);
    const answers = () =>
      call(ready, `${app}/nothing`).then(
        ({ status }) => status === 404,
        () => false,
      );
    await until(answers, 10_000);
    expect(await call(ready, `${ready.control}/clock`, { advance: 'PT1H' })).toMatchObject({ status: 200 });

    for (const child of storage) {
      process.kill(child, 'SIGKILL');
    }
    const { code, stderr } = await outcome;
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^The storage \(Azurite\) of europe stopped unexpectedly/);
    expect(existsSync(`/proc/${ready.pid}`)).toBe(false);
  });

  it('can be stopped while it starts', async () => {
    const { process: supervisor, outcome } = sandbox.run(['start', '--port', '0', '--ephemeral']);
    await until(() => childrenOf(supervisor.pid ?? 0).length === 4, 5_000);
    const children = childrenOf(supervisor.pid ?? 0);
    supervisor.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 0, stdout: '' });
    expect(children.filter(isRunning)).toEqual([]);
  });
});
