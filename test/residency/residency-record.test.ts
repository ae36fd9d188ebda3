import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../emulator/command-line.js';
import { newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';

let emulator: Emulator;
let europe: EmulatorResource;
let germany: EmulatorResource;
let sandbox: Sandbox;
const lines: string[] = [];

beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([
    startEmulator({
      ephemeral: true,
      geographies: ['europe', 'germany'],
      log: (line) => lines.push(line),
    }),
    createSandbox(),
  ]);
  [europe, germany] = emulator.resources as [EmulatorResource, EmulatorResource];
  await writeFile(join(sandbox.folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

interface StoreLine {
  readonly store: string;
  readonly items: number;
  readonly ofThisResource: number;
  readonly foreign: number;
}

/** Runs the night's timer, which waits for its job. */
async function record(of: EmulatorResource): Promise<Record<string, unknown> & { stores: StoreLine[] }> {
  await emulator.clock.advance('PT1S'); // by which the records differ
  const { body: before } = await signedCall(of, 'GET', '/residency/record');
  await emulator.runFunction(of.geography, 'record-residency');
  const { body: latest } = await signedCall(of, 'GET', '/residency/record');
  expect(latest['endedOn']).not.toBe(before['endedOn']);
  return latest as Record<string, unknown> & { stores: StoreLine[] };
}

const run = (...args: string[]) =>
  sandbox.run(['residency', ...args], { NODE_EXTRA_CA_CERTS: emulator.ready.ca }).outcome;
const audit = (...args: string[]) => run('audit', '--resources', 'ready.json', ...args);

describe('The residency record', () => {
  it('is asked for with a key of the resource, and is not there before the first night', async () => {
    expect((await signedCall(europe, 'GET', '/residency/record')).status).toBe(404);
    expect((await fetch(`${europe.httpEndpoint}/residency/record?api-version=2026-12-01`)).status).toBe(401);
    const { code, stderr } = await audit();
    expect(code).toBe(1);
    expect(stderr).toMatch(/There is no residency record/);
  });

  it('counts what each store holds of a resource, over all shards', async () => {
    const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
    const metadata = { resourceId: '00000000-0000-4000-8000-000000000000' };
    const { chatThread } = await anna.chat.createChatThread(
      { topic: '{"resourceId":"00000000-0000-4000-8000-000000000000"}' },
      { participants: [{ id: { communicationUserId: bert.id } }], metadata },
    );
    const thread = anna.chat.getChatThreadClient(chatThread?.id ?? '');
    for (let n = 0; n < 3; n++) {
      await thread.sendMessage({ content: `message ${n}` });
    }
    await signedCall(europe, 'POST', '/persons/p1/identifiers/:add', { identifiers: [anna.id] });
    const { stores, ...facts } = await record(europe);
    expect(facts).toMatchObject({ geography: 'europe', resourceId: europe.immutableResourceId, foreignItems: 0 });
    const ofResource = Object.fromEntries(stores.map(({ store, ofThisResource }) => [store, ofThisResource]));
    expect(ofResource).toMatchObject({ identities: 2, chatuserindex: 2, persons: 3 });
    expect(ofResource['chatthreads']).toBeGreaterThanOrEqual(5);
    for (const { foreign } of stores) {
      expect(foreign).toBe(0);
    }
    // Nothing in it is about a person.
    expect(JSON.stringify(facts)).not.toContain(anna.id);
    await record(germany);
  });

  it('becomes one table of all geographies, and evidence that proves itself', async () => {
    const shown = await audit('--evidence', 'evidence.json');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^ {2}GEOGRAPHY +RESOURCE .*FOREIGN\n {2}europe +contoso-europe +\d{4}-\d\d-\d\d +\d+ +\d+ +none\n {2}germany .* none\n$/,
    );
    const jwks = [europe, germany].flatMap(({ endpoint }) => ['--jwks', `${endpoint}/.well-known/jwks.json`]);
    expect(await run('verify', 'evidence.json', ...jwks)).toEqual({ ...shown, stderr: '' });
    // One geography's keys do not speak for another.
    expect(await run('verify', 'evidence.json', ...jwks.slice(0, 2))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Record 2 of 2 is not genuine/),
    });
    const json = JSON.parse((await audit('--json')).stdout) as { signed: string }[];
    const path = join(sandbox.folder, 'evidence.json');
    const evidence = JSON.parse(await readFile(path, 'utf8')) as { records: string[] };
    expect(evidence.records).toHaveLength(json.length);
    const [header, payload, signature] = (evidence.records[0] ?? '').split('.');
    const forged = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('"foreignItems":0', '"foreignItems":1');
    evidence.records[0] = `${header}.${Buffer.from(forged).toString('base64url')}.${signature}`;
    await writeFile(path, JSON.stringify(evidence));
    const refused = await run('verify', 'evidence.json', ...jwks);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^Record 1 of 2 is not genuine/);
  });

  it('tells of what does not belong: in the log, in the health and to the auditor', async () => {
    const insecure = { allowInsecureConnection: true };
    const identities = TableClient.fromConnectionString(
      emulator.ready.geographies['europe']?.storage ?? '',
      'identities07',
      insecure,
    );
    const stray = { partitionKey: germany.immutableResourceId, rowKey: 'somebody' };
    await identities.createEntity(stray);
    const { stores, foreignItems } = await record(europe);
    expect(foreignItems).toBe(1);
    expect(stores.find(({ store }) => store === 'identities')?.foreign).toBe(1);
    expect(lines.join('\n')).toMatch(/record-residency failed .*ForeignData 1 items in the storage of europe/);
    const health = await fetch(`${europe.httpEndpoint}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'unhealthy', foreignItems: 1 });
    expect((await audit()).code).toBe(1);
    await identities.deleteEntity(stray.partitionKey, stray.rowKey);
    expect((await record(europe))['foreignItems']).toBe(0);
    expect((await fetch(`${europe.httpEndpoint}/health`)).status).toBe(200);
  });

  it('is gone when its time is over', async () => {
    const { day } = (await signedCall(europe, 'GET', '/residency/record')).body;
    await emulator.clock.advance('P1096D');
    await emulator.runFunction('europe', 'sweep');
    const old = await signedCall(europe, 'GET', `/residency/record?day=${String(day)}`);
    expect(old.status).toBe(404);
  });

  it('says in one sentence how it is used wrongly', async () => {
    const wrong: readonly [readonly string[], RegExp][] = [
      [[], /^Nothing is not what it can do/],
      [['audit'], /^--resources is missing/],
      [['audit', 'x'], /^"x" was not expected/],
      [['verify'], /^The file of the evidence is missing/],
      [['verify', 'x'], /^--jwks is missing/],
    ];
    for (const [args, sentence] of wrong) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
    }
  });
});
