import { existsSync } from 'node:fs';
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
  readonly items: number | 'notCounted';
  readonly ofThisResource: number | 'notCounted';
  readonly foreign: number | 'notCounted';
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
    const { code, stderr } = await audit('--evidence', 'none.json');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /There is no residency record[^]*Missing: localhost:\d+, localhost:\d+\. .*no evidence was written/,
    );
    expect(existsSync(join(sandbox.folder, 'none.json'))).toBe(false);
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
    expect(ofResource).toMatchObject({ identities: 2, persons: 3 });
    // A row of the index each, and for some minutes a check a bucket, which may be the same.
    expect([3, 4]).toContain(ofResource['chatuserindex']);
    expect(ofResource['chatthreads']).toBeGreaterThanOrEqual(5);
    // What nobody can look into is not said to hold nothing foreign.
    const outside = ['chatmemory', 'takenevents', 'logworkspace'];
    const unchecked = [
      'dueindex',
      'revocations',
      'residency',
      'jobqueue',
      'sweepqueue',
      'callbacksdue',
      'callbacksqueue',
      'mailsdue',
      'mailsqueue',
      'textsdue',
      'textsqueue',
      'eventrowsdue',
      'eventrowsqueue',
      ...outside,
    ];
    for (const { store, foreign, items, ofThisResource } of stores) {
      expect([store, foreign]).toEqual([store, unchecked.includes(store) ? 'notCounted' : 0]);
      expect([store, items]).toEqual([store, outside.includes(store) ? 'notCounted' : expect.any(Number)]);
      if (unchecked.includes(store) && items !== 0) {
        expect([store, ofThisResource]).toEqual([store, 'notCounted']);
      }
    }
    expect([...(facts['uncheckedStores'] as string[])].sort()).toEqual(unchecked.sort());
    expect(facts['geographies']).toEqual(['europe', 'germany']);
    // Nothing in it is about a person.
    expect(JSON.stringify(facts)).not.toContain(anna.id);
    await record(germany);
  });

  it('becomes one table of all geographies, and evidence that proves itself', async () => {
    const shown = await audit('--evidence', 'evidence.json');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^ {2}GEOGRAPHY +RESOURCE .*FOREIGN +NOT CHECKED\n {2}europe +contoso-europe +\d{4}-\d\d-\d\d +\d+\+ +\d+\+ +none +[a-z ]+\n {2}germany .* none +[a-z ]+\n$/,
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
    // Europe alone is not the deployment, which each record says.
    const one = { records: evidence.records.slice(0, 1) };
    await writeFile(join(sandbox.folder, 'one.json'), JSON.stringify(one));
    expect(await run('verify', 'one.json', ...jwks)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the evidence is not complete'),
    });
    await writeFile(join(sandbox.folder, 'europe.txt'), europe.connectionString);
    expect(await run('audit', '--resources', 'europe.txt', '--evidence', 'half.json')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No evidence was written\. .*germany too/),
    });
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

  it('is gone when its time is over, counted from when it was last made', async () => {
    await record(europe);
    const kept = emulator.ready.geographies['europe']?.storage ?? '';
    const due = TableClient.fromConnectionString(kept, 'dueindex', { allowInsecureConnection: true });
    const isOf = (day: unknown, rowKey = '') => rowKey.includes(`drop-residency~${String(day)}`);
    const { day } = (await signedCall(europe, 'GET', '/residency/record')).body;
    const times: number[] = [];
    for await (const { rowKey } of due.listEntities()) {
      if (isOf(day, rowKey)) {
        times.push(Number(rowKey?.split('~')[0]));
      }
    }
    times.sort((one, other) => one - other);
    expect(times.length).toBeGreaterThan(1);
    await emulator.clock.set(new Date(times[0] ?? 0).toISOString());
    await emulator.runFunction('europe', 'sweep');
    for await (const { rowKey } of due.listEntities()) {
      if (isOf(day, rowKey)) {
        // One that is told to wait gets a time of its own.
        expect(times.slice(1)).toContain(Number(rowKey?.split('~')[0]));
      }
    }
    await emulator.clock.advance('P1D');
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
