// What a test can do to a capability of a running emulator: by the library, by the control plane, by the command line.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type RequestRefused, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Outcome, type Sandbox } from '../command-line.js';
import { askControl } from '../control-client.js';
import { send } from '../host/http-client.js';
import { startStagedEmulator } from './staged-emulator.js';

const letter = { to: { name: 'Ada' }, pages: 2, sentOn: '2030-01-31T12:00:00Z' };

let emulator: Emulator;
let sandbox: Sandbox;
beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([startStagedEmulator(), createSandbox()]);
  await writeFile(join(sandbox.folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

const pidOf = (slug: string): number => emulator.ready.geographies[slug]?.pid ?? 0;
const refusal = async (doing: Promise<unknown>): Promise<Pick<RequestRefused, 'status' | 'code' | 'message'>> => {
  const { status, code, message } = (await doing.catch((error: unknown) => error)) as RequestRefused;
  return { status, code, message };
};

function managementClient({ ready, clientOptions }: Emulator): CommunicationServiceManagementClient {
  const { authorityHost, tenantId, clientId, clientSecret } = ready.entra;
  const options = { authorityHost, disableInstanceDiscovery: true, ...clientOptions };
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options);
  return new CommunicationServiceManagementClient(credential, '22222222-2222-3333-4444-555555555555', {
    endpoint: ready.management,
    ...clientOptions,
  });
}

describe('a stage action by the library', () => {
  it('is done in the first process of the first geography, to its default resource, and answers', async () => {
    expect(await emulator.stage('mailbox', 'inbound-letter', letter)).toEqual({
      to: 'Ada',
      pages: 2,
      sentOn: '2030-01-31T12:00:00.000Z',
      resource: 'contoso-europe',
      geography: 'europe',
      pid: pidOf('europe'),
    });
  });

  it('is done elsewhere when asked to, whatever case the name of the resource has', async () => {
    const place = { geography: 'switzerland', resource: 'Contoso-Switzerland' };
    const answer = await emulator.stage('mailbox', 'inbound-letter', letter, place);
    expect(answer).toMatchObject({
      resource: 'contoso-switzerland',
      geography: 'switzerland',
      pid: pidOf('switzerland'),
    });
  });

  it('is done to a resource that was made later, until it is gone', async () => {
    const { communicationServices: made } = managementClient(emulator);
    const poll = { updateIntervalInMs: 50 };
    await made.beginCreateOrUpdateAndWait('group', 'lasting', { location: 'global', dataLocation: 'Europe' }, poll);
    const doing = () => emulator.stage('mailbox', 'inbound-letter', letter, { resource: 'lasting' });
    expect(await doing()).toMatchObject({ resource: 'lasting', geography: 'europe' });
    await made.beginDeleteAndWait('group', 'lasting', poll);
    expect(await refusal(doing())).toMatchObject({ status: 404, code: 'UnknownResource' });
  });

  it('needs no input when its schema needs none, and answers null when it has nothing to say', async () => {
    expect(await emulator.stage('mailbox', 'empty')).toBeNull();
  });

  it('passes on what the capability refuses, with its code and status', async () => {
    expect(await refusal(emulator.stage('mailbox', 'full'))).toEqual({
      status: 409,
      code: 'MailboxFull',
      message: 'The mailbox is full; empty it first.',
    });
  });

  it('tells every field of the input that does not fit', async () => {
    const wrong = { to: { name: 7 }, pages: 10, sentOn: '2030-01-31T12:00:00Z', colour: 'red' };
    const { status, code, message } = await refusal(emulator.stage('mailbox', 'inbound-letter', wrong));
    expect({ status, code }).toEqual({ status: 400, code: 'InvalidInput' });
    expect(message).toMatch(
      /^The input of mailbox inbound-letter does not fit: .*"to\.name": .*"pages": .*colour.*\.$/,
    );
  });

  it('says what there is when action, geography or resource is unknown', async () => {
    const there = 'there are mailbox inbound-letter, mailbox empty, mailbox full, ';
    for (const [capability, action] of [
      ['mailbox', 'nothing'],
      ['toString', 'call'],
      ['__proto__', 'empty'],
    ] as const) {
      const unknown = await refusal(emulator.stage(capability, action));
      expect(unknown).toMatchObject({
        status: 404,
        code: 'UnknownStageAction',
        message: expect.stringContaining(there),
      });
    }
    expect(await refusal(emulator.stage('mailbox', 'empty', {}, { geography: 'mars' }))).toEqual({
      status: 400,
      code: 'UnknownGeography',
      message: 'That geography does not run here; these do: europe, switzerland.',
    });
    const elsewhere = await refusal(emulator.stage('mailbox', 'empty', {}, { resource: 'contoso-switzerland' }));
    expect(elsewhere).toMatchObject({ status: 404, code: 'UnknownResource' });
    expect(elsewhere.message).toContain('there are contoso-europe.');
  });

  it('fails with a sentence when the action breaks, or its answer or input is no JSON', async () => {
    expect(await refusal(emulator.stage('mailbox', 'broken'))).toEqual({
      status: 500,
      code: 'FunctionAppFailed',
      message: 'europe: the flap is stuck',
    });
    expect(await refusal(emulator.stage('mailbox', 'no-json'))).toMatchObject({
      status: 500,
      message: expect.stringContaining('BigInt'),
    });
    await expect(emulator.stage('mailbox', 'empty', { pages: 1n })).rejects.toThrow('BigInt');
    expect(await emulator.stage('mailbox', 'empty')).toBeNull();
  });

  it('is told when the process ends under it, and works again afterwards', async () => {
    const place = { geography: 'switzerland' };
    expect(await refusal(emulator.stage('mailbox', 'last-letter', {}, place))).toMatchObject({
      status: 503,
      code: 'FunctionAppStopped',
    });
    await expect
      .poll(async () => (await askControl(emulator, 'GET', '/health')).body['status'], { timeout: 10_000 })
      .toBe('ok');
    expect(await emulator.stage('mailbox', 'inbound-letter', letter, place)).not.toMatchObject({
      pid: pidOf('switzerland'),
    });
  });
});

describe('a stage action by the control plane', () => {
  const control = (path: string, body: unknown = {}) => askControl(emulator, 'POST', path, JSON.stringify(body));

  it('takes its input as the body, and where as the query, and answers with what the action answers', async () => {
    expect(
      await control('/stage/mailbox/inbound-letter?geography=switzerland&resource=contoso-switzerland', letter),
    ).toMatchObject({ status: 200, body: { to: 'Ada', resource: 'contoso-switzerland' } });
    expect(await askControl(emulator, 'POST', '/stage/mailbox/empty')).toEqual({ status: 200, body: null });
  });

  it('answers errors with the status and the code of the action', async () => {
    const full = await control('/stage/mailbox/full');
    expect(full).toMatchObject({ status: 409, body: { error: { code: 'MailboxFull' } } });
    expect(await control('/stage/mailbox/inbound-letter', { pages: 1 })).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidInput', message: expect.stringContaining('"to": ') } },
    });
    expect(await control('/stage/mailbox/inbound-letter', 'a text')).toMatchObject({ status: 400 });
  });

  it('refuses a query that it does not know and a body beyond measure', async () => {
    expect(await control('/stage/mailbox/empty?geografy=europe')).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidQuery', message: 'The query takes only "geography" and "resource".' } },
    });
    const large = await control('/stage/mailbox/empty', 'x'.repeat(1024 * 1024));
    expect(large).toMatchObject({ status: 413, body: { error: { message: 'The body may have at most 1024 KiB.' } } });
  });

  it('lists what there is, each with the schema of its input', async () => {
    const { body } = await askControl(emulator, 'GET', '/stage');
    expect(body['actions']).toContainEqual({
      capability: 'mailbox',
      action: 'inbound-letter',
      summary: expect.stringContaining('sends a letter'),
      input: expect.objectContaining({ type: 'object', required: ['to', 'sentOn'], additionalProperties: false }),
    });
    expect(body['actions']).toEqual(await emulator.stageActions());
  });
});

describe('a stage action by the command line', () => {
  const run = (...args: string[]): Promise<Outcome> => sandbox.run(['stage', ...args]).outcome;
  const here = ['--ready-file', 'ready.json'];

  it('prints its answer for people or as JSON, and takes the input from a file too', async () => {
    await writeFile(join(sandbox.folder, 'letter.json'), JSON.stringify(letter));
    const [shown, json, done] = await Promise.all([
      run('mailbox', 'inbound-letter', '--body', JSON.stringify(letter), ...here),
      run('mailbox', 'inbound-letter', '--body', '@letter.json', '--geography', 'switzerland', '--json', ...here),
      run('mailbox', 'empty', '--resource', 'contoso-europe', ...here),
    ]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^ {2}to +Ada\n {2}pages +2\n[^]* {2}resource +contoso-europe\n/);
    expect(JSON.parse(json.stdout)).toMatchObject({ to: 'Ada', resource: 'contoso-switzerland' });
    expect(done).toEqual({ code: 0, stdout: 'Done.\n', stderr: '' });
  });

  it('lists what there is in 80 columns, or as JSON', async () => {
    const [shown, json] = await Promise.all([run(...here), run('--json', ...here)]);
    expect(shown.stdout).toMatch(
      /^mailbox inbound-letter\n {4}Somebody from outside .*\n {4}.*\n {4}Input: to, pages \(opt/,
    );
    expect(shown.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(JSON.parse(json.stdout)).toEqual(await emulator.stageActions());
  });

  it('says in one sentence what is refused, and exits with 1', async () => {
    const outcomes = await Promise.all([
      run('mailbox', 'full', ...here),
      run('mailbox', 'inbound-letter', '--body', '{"pages":1}', ...here),
      run('mailbox', 'empty', '--geography', 'mars', ...here),
      run('mailbox', 'empty', '--ready-file', 'nothing.json'),
      run('mailbox', 'empty', '--ready-file', 'letter.json'),
      run(), // nothing listens at the default address, and no CA was ever made
    ]);
    const sentences = [
      /^The mailbox is full; empty it first\. \(409 MailboxFull\)\n$/,
      /^The input of mailbox inbound-letter .*"to": .*\. \(400 InvalidInput\)\n$/,
      /^That geography does not run here; .*\. \(400 UnknownGeography\)\n$/,
      /^The ready file cannot be read .*--ready-file FILE wrote\.\n$/,
      /^letter\.json is not the ready file of an emulator; .*\.\n$/,
      /^The CA certificate of the emulator cannot be read .*start an emulator, or name its ready file .*\.\n$/,
    ];
    for (const [index, { code, stdout, stderr }] of outcomes.entries()) {
      expect(stderr).toMatch(sentences[index] ?? /^$/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
  });

  it('says that no emulator answers where the ready file of one that has ended points', async () => {
    const ended = await startEmulator({ ephemeral: true, geographies: ['europe'] });
    await writeFile(join(sandbox.folder, 'ended.json'), JSON.stringify(ended.ready));
    await ended.dispose();
    const { code, stderr } = await run('--ready-file', 'ended.json');
    expect(stderr).toMatch(/^No emulator answers at https:\/\/localhost:\d+ \(.*\); start one .*\.\n$/);
    expect(code).toBe(1);
  });

  it('explains itself and says how it is used wrongly, with 2', async () => {
    const help = await run('--help');
    expect(help.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples\n  acs-domicile stage\n') });
    const outcomes = await Promise.all([
      run('mailbox', ...here),
      run('mailbox', 'empty', 'now', ...here),
      run('mailbox', 'empty', '--body', '{', ...here),
      run('mailbox', 'empty', '--body', '@nothing.json', ...here),
      run('--geography', 'europe', ...here),
    ]);
    for (const { code, stdout, stderr } of outcomes) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/; see npx acs-domicile stage --help\.\n$/);
    }
  });
});

describe('an app without the stage action that is asked for', () => {
  it('says so, and no app answers to them where its resources are', async () => {
    await using plain = await startEmulator({ ephemeral: true, geographies: ['europe'] });
    expect(await refusal(plain.stage('mailbox', 'empty'))).toMatchObject({
      status: 404,
      message: expect.stringMatching(/^There is no such stage action; there are email mails, /),
    });
    for (const { resources, caCertificate } of [plain, emulator]) {
      const port = Number(new URL(resources[0]?.endpoint ?? '').port);
      const { status } = await send({ port, method: 'POST', path: '/stage/mailbox/empty', ca: caCertificate });
      expect(status).toBe(404);
    }
  });
});
