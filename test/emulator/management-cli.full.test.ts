// Something about a person lies where no key of a resource reaches: in an email resource of another geography that no
// communication resource is linked to. One command finds, exports and erases it, with a token for management.
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unzip } from '../privacy/unzip.js';
import { scanStorage } from '../scan/scan-storage.js';
import { newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';
import { domain, group, type ManagedMail, startManagedMail } from './managed-mail.js';

const address = 'anna.unlinked@example.org';
const marks = [address, 'mark-first', 'mark-notes'];
const subscription = '88888888-2222-3333-4444-555555555555';
const inGermany = `subscriptions/${subscription}/germany`;

let mail: ManagedMail;
let emulator: ManagedMail['emulator'];
let sandbox: ManagedMail['sandbox'];
let europe: ManagedMail['europe'];
let credential: ManagedMail['credential'];
let ended: ManagedMail['ended'];

beforeAll(async () => {
  mail = await startManagedMail(subscription);
  ({ emulator, sandbox, europe, credential, ended } = mail);
  const { client } = mail;
  await client.suppressionLists.createOrUpdate(group, 'post', domain, 'list-1', { listName: 'bounced' });
  const entry = { email: address, firstName: 'mark-first', lastName: 'Muster', notes: 'mark-notes' };
  await client.suppressionListAddresses.createOrUpdate(group, 'post', domain, 'list-1', 'id-1', entry);
  const { id } = await newUser(emulator, europe);
  await signedCall(europe, 'POST', '/persons/customer-17/identifiers/:add', { identifiers: [id, address] });
  await write('resources.txt', europe.connectionString);
}, 90_000);
afterAll(() => mail?.dispose());

type Environment = Readonly<Record<string, string>>;
const application = (): Environment => {
  const { authorityHost, tenantId, clientId, clientSecret } = emulator.ready.entra;
  return {
    AZURE_AUTHORITY_HOST: authorityHost,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
  };
};
const start = (args: readonly string[], env: Environment) =>
  sandbox.run(['privacy', ...args], { NODE_EXTRA_CA_CERTS: emulator.ready.ca, ...env });
const run = (args: readonly string[], env: Environment = application()) => start(args, env).outcome;
const inSandbox = (...names: string[]) => join(sandbox.folder, ...names);
const write = (name: string, ...lines: string[]) => writeFile(inSandbox(name), lines.join('\n'));
const readJson = async (...names: string[]) => JSON.parse(await readFile(inSandbox(...names), 'utf8')) as unknown;
const scan = () => scanStorage(emulator.ready.geographies['germany']?.storage ?? '', marks);
const whom = ['--person', 'customer-17', '--resources', 'resources.txt'];
const geographies = ['--geography', 'europe', '--geography', 'Germany'];
const managing = () => ['--management', emulator.ready.management, ...geographies];
const said = (text: string) => text.replaceAll(/\s+/g, ' ');

/** The address of something that answers for every path. */
const stranger = async (status: number, body: string) =>
  `http://127.0.0.1:${await mail.serve(status, 'application/json', body)}`;

describe('acs-domicile privacy, when no management is named', () => {
  it('says that what that keeps was not asked, to people as a sentence and to programs as a field', async () => {
    const sentence = 'was not asked: name it with --management (docs/privacy.md).';
    for (const action of [['identify'], ['erase', '--dry-run'], ['export', '--out', 'alone']]) {
      const { code, stdout } = await run([...action, ...whom], {});
      expect([code, said(stdout)]).toEqual([0, expect.stringContaining(sentence)]);
    }
    expect(await readJson('alone', 'manifest.json')).toMatchObject({ management: 'notAsked' });
    const json = await run(['identify', ...whom, '--json'], {});
    expect(json.stdout).not.toContain(sentence);
    expect(JSON.parse(json.stdout)).toMatchObject([{ isKnown: true }, { management: 'notAsked' }]);
  }, 60_000);
});

describe('acs-domicile privacy, with management', () => {
  it('finds and exports what lies in a geography where no resource is linked to it', async () => {
    const ways: [string[], Environment][] = [
      [[...managing(), '--subscription', subscription.toUpperCase()], application()],
      // Of all subscriptions, by a token in the environment or in a file.
      [managing(), { AZURE_ACCESS_TOKEN: (await credential.getToken('https://management.azure.com/.default')).token }],
      [[...managing(), '--token-file', 'token'], {}],
    ];
    await write('token', ways[1]?.[1]['AZURE_ACCESS_TOKEN'] ?? '');
    for (const [args, env] of ways) {
      const held = await run(['identify', ...whom, ...args], env);
      expect([held.code, held.stdout]).toEqual([0, expect.stringMatching(/europe .* identities +1 /)]);
      expect(held.stdout).toMatch(new RegExp(`germany +${inGermany} +suppressedaddresses +1 `));
      expect(held.stdout).not.toContain('was not asked');
    }
    const line = `management=${emulator.ready.management};subscription=${subscription};geography=europe;geography=germany`;
    await write('both.txt', europe.connectionString, line);
    const about = ['--person', 'customer-17', '--resources', 'both.txt'];
    const json = JSON.parse((await run(['identify', ...about, '--json'])).stdout) as object[];
    expect(json).toMatchObject([{ resource: europe.endpoint }, { resource: inGermany, isKnown: true }]);
    expect(json).toHaveLength(2);

    const named = await run(['identify', '--identifier', 'name:mark-first muster', ...managing()]);
    expect(said(named.stdout)).toContain(`${inGermany} suppressedaddresses 1 `);

    const exported = await run(['export', ...about, '--out', 'exported']);
    expect(exported).toMatchObject({ code: 0 });
    const { archives } = (await readJson('exported', 'manifest.json')) as {
      archives: { resource: string; file: string }[];
    };
    const file = archives.find(({ resource }) => resource === inGermany)?.file ?? '';
    const texts = [...(await unzip(await readFile(inSandbox('exported', file)))).values()].map(String).join();
    for (const mark of marks) {
      expect(texts).toContain(mark);
    }
    expect(((await stat(inSandbox('exported', file))).mode & 0o777).toString(8)).toBe('600');
    // Other commands go to the resources of the same file.
    const link = await run(['link', ...about, '--identifier', address], {});
    expect(link).toMatchObject({ code: 0, stdout: expect.stringMatching(/LINKED\n.* 1\n$/) });
    expect(said((await run(['erase', ...about, '--dry-run'])).stdout)).toContain(`${inGermany} suppressedaddresses 1 `);
  }, 120_000);

  it('names what cannot be asked, with the exit code 3, and does the others', async () => {
    const page = '{"subscriptionId":"nobody"}';
    const refusals: [string[], Environment, RegExp][] = [
      [['--management', await stranger(404, '{}')], application(), /127\.0\.0\.1:\d+ answered 404/],
      [['--management', await stranger(200, page)], application(), /something else than management does/],
      [
        managing(),
        { ...application(), AZURE_CLIENT_SECRET: 'wrong-secret' },
        /No token for https:\/\/management\.azure\.com could be had/,
      ],
      [managing(), { AZURE_ACCESS_TOKEN: 'no.token.atall' }, /localhost:\d+ answered 401/],
      [[...managing(), '--token-file', 'missing'], {}, /The token cannot be read/],
    ];
    for (const [args, env, reason] of refusals) {
      const { code, stdout, stderr } = await run(['identify', ...whom, ...args, '--subscription', subscription], env);
      expect([code, stderr, stdout]).toEqual([
        3,
        expect.stringMatching(reason),
        expect.stringMatching(/europe .* identities +1 /),
      ]);
      expect(stderr).toMatch(/Missing: (127\.0\.0\.1|localhost):\d+\..*\n1 of 2 /);
      expect(stderr).not.toMatch(/wrong-secret|no\.token/);
    }
    const misuse: [string[], number, string][] = [
      [[...whom, ...managing()], 1, 'A token of Entra ID is missing'],
      [[...whom, '--subscription', subscription], 2, '--management is missing'],
      [[...whom, '--management', 'http://example.org'], 1, 'plain http is for this machine only'],
      [[...whom, ...managing(), '--subscription', 'mine'], 1, 'a subscription that is no id'],
    ];
    for (const [args, code, sentence] of misuse) {
      expect(await run(['identify', ...args], {})).toMatchObject({ code, stderr: expect.stringContaining(sentence) });
    }
  }, 120_000);

  it('takes no geography that nobody was asked about for one that keeps nothing', async () => {
    const alone = ['--management', emulator.ready.management];
    const about = ['--subscription', subscription];
    const { code, stdout, stderr } = await run(['identify', ...whom, ...alone, ...about]);
    expect([code, stdout]).toEqual([3, expect.stringContaining(inGermany)]);
    expect(stderr).toMatch(/localhost:\d+ does not know africa, asiapacific, .*, so nobody was asked/);
    expect(stderr).not.toMatch(/does not know [^;]*(europe|germany)/);
    expect(stderr).toMatch(/\nMissing: localhost:\d+\. What they hold is not known\.\n2 of 3 /);
    const erased = await run(['erase', ...whom, ...alone, ...about, '--dry-run', '--json']);
    expect(erased.code).toBe(3);
    expect(JSON.parse(erased.stdout)).toMatchObject([
      {},
      {},
      { resource: emulator.ready.management, failed: expect.any(String) },
    ]);

    const norway = await run(['identify', ...whom, ...managing(), ...about, '--geography', 'norway']);
    expect([norway.code, norway.stderr]).toEqual([
      3,
      expect.stringMatching(/norway: localhost:\d+ does not know norway as another geography of its deployment;/),
    ]);
    expect(norway.stderr).toContain(`Missing: subscriptions/${subscription}/norway.`);
    // Nor when it lists no subscription: it lists what the geographies have that it knows.
    const empty = createServer(({ url }, response) => {
      const isList = url?.startsWith('/subscriptions?') === true;
      const body = isList ? { value: [] } : { error: { code: 'GeographyNotKnown', message: 'Not known.' } };
      response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(empty, 'listening');
    const { port } = empty.address() as AddressInfo;
    const none = await run(['identify', ...whom, '--management', `http://127.0.0.1:${port}`, '--geography', 'japan']);
    empty.close();
    expect([none.code, none.stderr]).toEqual([3, expect.stringMatching(/Missing: subscriptions\/[-0]+\/japan\./)]);
    // The emulator says itself which geographies it has.
    await write('ready.json', JSON.stringify(emulator.ready));
    const ready = ['--person', 'customer-17', '--resources', 'ready.json', ...alone];
    expect(await run(['identify', ...ready])).toMatchObject({ code: 0, stdout: expect.stringContaining(inGermany) });
    const misuse: [string[], number, string][] = [
      [['--geography', 'europe'], 2, '--geography is of a management, and --management is missing'],
      [[...alone, '--geography', 'mars'], 1, '--management comes with a geography that there is not'],
    ];
    for (const [args, exit, sentence] of misuse) {
      const outcome = await run(['identify', ...whom, ...args]);
      expect(outcome).toMatchObject({ code: exit, stderr: expect.stringContaining(sentence) });
    }
  }, 120_000);

  it('erases it, also where there is no resource, and the receipts verify', async () => {
    expect(new Set((await scan()).hits.map(({ mark }) => mark))).toEqual(new Set(marks));
    const erased = await ended(start(['erase', ...whom, ...managing(), '--out', 'erased'], application()));
    expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining('receipts.json') });
    expect(erased.stdout).not.toContain('was not asked');
    expect((await scan()).hits).toEqual([]);
    const { resources: receipts } = (await readJson('erased', 'receipts.json')) as {
      resources: { resource: string; receiptId: string; receipt: string }[];
    };
    const ofGermany = receipts.find(({ resource }) => resource === inGermany);
    expect(decodeJwt(ofGermany?.receipt ?? '')).toMatchObject({ geography: 'germany', resourceId: subscription });
    const jwks = emulator.resources.flatMap(({ endpoint }) => ['--jwks', `${endpoint}/.well-known/jwks.json`]);
    const verify = ['receipt', 'verify', 'erased/receipts.json', ...jwks, '--person', 'customer-17'];
    const env = { NODE_EXTRA_CA_CERTS: emulator.ready.ca };
    const verified = await sandbox.run([...verify, '--identifier', address], env).outcome;
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout.match(/the one of the file, by salt and hash/g)).toHaveLength(1);

    const apps = Object.values(emulator.ready.geographies).flatMap(({ app }) => ['--app', app]);
    const list = (args: string[], more: Environment = application()) =>
      sandbox.run(['receipt', 'list', ...args], { ...env, ...more }).outcome;
    const listed = JSON.parse((await list([...apps, '--json'])).stdout) as { value: { receiptId: string }[] };
    expect(listed.value.map(({ receiptId }) => receiptId).sort()).toEqual(
      receipts.map((each) => each.receiptId).sort(),
    );
    await write('listed.json', JSON.stringify(listed));
    expect(await sandbox.run(['receipt', 'verify', 'listed.json', ...jwks], env).outcome).toMatchObject({ code: 0 });
    const ofOne = await list([...apps, '--resource-id', subscription]);
    expect(ofOne.stdout).toMatch(new RegExp(`^ +APP .*\\n +\\S+ +${subscription} +\\S+ .*Z\n$`));
    const away = await list([...apps, '--app', await stranger(404, '{}')]);
    expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining('2 of 3 resources are done') });
    expect(away.stdout).toContain(subscription);
    const { clientId, clientSecret } = emulator.ready.entraReader;
    const reader = await list(apps, { ...application(), AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret });
    expect(reader).toMatchObject({ code: 3, stderr: expect.stringContaining('answered 403') });
    expect(await list([])).toMatchObject({ code: 2, stderr: expect.stringContaining('--app is missing') });

    const gone = await run(['identify', '--identifier', address, ...managing()]);
    // The opt-out that the receipt names.
    expect(said(gone.stdout)).toContain(`${inGermany} suppressedaddresses 1 `);
    expect(gone.stdout).toMatch(/ 1\n$/);
  }, 120_000);
});
