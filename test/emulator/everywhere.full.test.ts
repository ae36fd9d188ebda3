// A person is known in one geography, and something about them lies in another, linked to nobody: commands over all
// resources reach it; and whoever could not be asked is not taken for one that knows nothing.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceiptClaims } from '../../cli/receipt/verify-receipt.js';
import { unzip } from '../privacy/unzip.js';
import { scanStorage } from '../scan/scan-storage.js';
import { newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';
import { domain, group, type ManagedMail, quickly, startManagedMail } from './managed-mail.js';

const address = 'anna.everywhere@example.org';
const marks = [address, 'mark-first', 'mark-last', 'mark-notes'];
const subscription = '99999999-2222-3333-4444-555555555555';

let mail: ManagedMail;
let emulator: ManagedMail['emulator'];
let sandbox: ManagedMail['sandbox'];
let europe: ManagedMail['europe'];
let client: ManagedMail['client'];
let ended: ManagedMail['ended'];
/** Of the resource of Germany, to whose domain the entry belongs. */
let shop = '';
let annaId = '';

beforeAll(async () => {
  mail = await startManagedMail(subscription);
  ({ emulator, sandbox, europe, client, ended } = mail);
  const linked = { location: 'global', dataLocation: 'Germany', linkedDomains: [mail.domainId] };
  await client.communicationServices.beginCreateOrUpdateAndWait(group, 'shop', linked, quickly);
  shop = (await client.communicationServices.listKeys(group, 'shop')).primaryConnectionString ?? '';
}, 90_000);
afterAll(() => mail?.dispose());

const start = (...args: string[]) => sandbox.run(args, { NODE_EXTRA_CA_CERTS: emulator.ready.ca });
const run = (...args: string[]) => start(...args).outcome;
const inSandbox = (...names: string[]) => join(sandbox.folder, ...names);
const resources = (name: string, ...lines: string[]) => writeFile(inSandbox(name), lines.join('\n'));
const inGermany = () => scanStorage(emulator.ready.geographies['germany']?.storage ?? '', marks);

/** An entry about Anna in Germany, and an identity and links of hers in Europe. */
async function plant(): Promise<void> {
  const words = { firstName: 'mark-first', lastName: 'mark-last', notes: 'mark-notes' };
  await client.suppressionLists.createOrUpdate(group, 'post', domain, 'list-1', { listName: 'bounced' });
  const entry = { email: address, ...words };
  await client.suppressionListAddresses.createOrUpdate(group, 'post', domain, 'list-1', 'id-1', entry);
  ({ id: annaId } = await newUser(emulator, europe));
  const identifiers = [annaId, address];
  await signedCall(europe, 'POST', '/persons/customer-17/identifiers/:add', { identifiers });
  expect(new Set((await inGermany()).hits.map(({ mark }) => mark))).toEqual(new Set(marks));
}

/** A connection string of something on the way that answers for every path. */
const proxy = async (...answer: Parameters<ManagedMail['serve']>) => accessOf(await mail.serve(...answer));
const accessOf = (port: number) =>
  `endpoint=http://127.0.0.1:${port}/;accesskey=${Buffer.alloc(64, 7).toString('base64')}`;

describe('A person who is linked in one geography alone', () => {
  it('is identified, exported and erased in the other by what the first knows', async () => {
    await plant();
    await resources('both.txt', europe.connectionString, shop);
    const about = ['--person', 'customer-17', '--resources', 'both.txt'];
    const held = await run('privacy', 'identify', ...about);
    expect(held).toMatchObject({ code: 0 });
    expect(held.stdout).toMatch(/europe .* identities +1 /);
    expect(held.stdout).toMatch(/germany .* suppressedaddresses +1 /);
    const plan = await run('privacy', 'erase', ...about, '--dry-run');
    expect(plan.stdout).toMatch(/germany .* suppressedaddresses +1 /);
    expect(plan.stdout).toMatch(/Bytes of deleted images, .* Azurite/);

    expect(await run('privacy', 'export', ...about, '--out', 'exported')).toMatchObject({ code: 0 });
    const { archives } = JSON.parse(await readFile(inSandbox('exported', 'manifest.json'), 'utf8')) as {
      archives: { resource: string; file: string }[];
    };
    const hers = archives.find(({ resource }) => resource !== europe.endpoint)?.file ?? '';
    const texts = [...(await unzip(await readFile(inSandbox('exported', hers)))).values()].map(String).join();
    for (const mark of marks) {
      expect(texts).toContain(mark);
    }

    const erased = await ended(start('privacy', 'erase', ...about, '--out', 'erased'));
    expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining('receipts.json') });
    expect((await inGermany()).hits).toEqual([]);
    const jwks = emulator.resources.flatMap(({ endpoint }) => ['--jwks', `${endpoint}/.well-known/jwks.json`]);
    const verify = (...asked: string[]) => run('receipt', 'verify', 'erased/receipts.json', ...jwks, ...asked);
    const verified = await verify('--identifier', address.toUpperCase());
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout.match(/the one of the file, by salt and hash/g)).toHaveLength(2);
    expect(verified.stdout).toContain('These are all 2 receipts of the erasure, of europe, germany.');
    expect(verified.stdout).toMatch(/Identifiers +2, the 1 that you named among them/);
    // The identity is of Europe, and Germany can have nothing of it: one covers it, the other says that it does not.
    const ofIdentity = await verify('--identifier', annaId);
    expect(ofIdentity).toMatchObject({ code: 0 });
    expect(ofIdentity.stdout.match(/the 1 that you named among them/g)).toHaveLength(1);
    expect(ofIdentity.stdout.match(/none that you named among them/g)).toHaveLength(1);
  }, 120_000);

  it('is erased where it could not be asked before, although the first has forgotten the links by then', async () => {
    await plant();
    const away = await proxy(404, 'text/html', '<h1>Not Found</h1>');
    await resources('away.txt', europe.connectionString, away);
    const command = ['privacy', 'erase', '--person', 'customer-17', '--out', 'later', '--resources'];
    const first = await ended(start(...command, 'away.txt'));
    expect(first).toMatchObject({ code: 3, stdout: expect.stringContaining(europe.endpoint) });
    expect(first.stderr).toMatch(
      /127\.0\.0\.1:\d+ answered 404[^]*Missing: 127\.0\.0\.1:\d+\..*\n1 of 2 resources are done/,
    );
    expect((await signedCall(europe, 'GET', '/persons/customer-17')).body['error']).toMatchObject({
      code: 'PersonNotFound',
    });
    expect((await inGermany()).hits).not.toEqual([]);

    await resources('both.txt', europe.connectionString, shop);
    const second = await ended(start(...command, 'both.txt'));
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('receipts.json') });
    expect((await inGermany()).hits).toEqual([]);
    const { resources: receipts } = JSON.parse(await readFile(inSandbox('later', 'receipts.json'), 'utf8')) as {
      resources: { resource: string }[];
    };
    expect(receipts.map(({ resource }) => resource)).toEqual([europe.endpoint, expect.stringContaining('localhost')]);
  }, 120_000);

  it('is told of again when a later run knows more than a resource was told', async () => {
    await plant();
    const away = await proxy(503, 'text/plain', 'Busy');
    await resources('more.txt', europe.connectionString, away);
    const whom = ['--identifier', address, '--out', 'more', '--resources', 'more.txt'];
    expect(await ended(start('privacy', 'erase', '--person', 'customer-17', ...whom))).toMatchObject({ code: 3 });
    const late = 'anna.late@example.org';
    await resources('more.txt', europe.connectionString, shop);
    await signedCall(europe, 'POST', '/persons/customer-17/identifiers/:add', { identifiers: [late] });
    expect(await ended(start('privacy', 'erase', '--person', 'customer-17', ...whom))).toMatchObject({ code: 0 });
    expect((await signedCall(europe, 'GET', '/persons/customer-17')).status).toBe(404);
    const { resources: receipts, earlier } = JSON.parse(await readFile(inSandbox('more', 'receipts.json'), 'utf8')) as {
      resources: { resource: string; receipt: string }[];
      earlier: { resource: string; receipt: string }[];
    };
    // One set about all that is known by now, and what Europe had signed before.
    expect(receipts.map(({ resource }) => resource)).toEqual([europe.endpoint, expect.stringContaining('localhost')]);
    expect(earlier.map(({ resource }) => resource)).toEqual([europe.endpoint]);
    const numbers = [...receipts, ...earlier].map(
      ({ receipt }) => decodeJwt<ReceiptClaims>(receipt).identifiers?.number,
    );
    expect(numbers).toEqual([3, 2, 2]);
    const jwks = emulator.resources.flatMap(({ endpoint }) => ['--jwks', `${endpoint}/.well-known/jwks.json`]);
    const verified = await run('receipt', 'verify', 'more/receipts.json', ...jwks, '--identifier', address);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('These are all 2 receipts') });
  }, 120_000);
});

describe('Who could not be asked', () => {
  it('is named, with an exit code of its own, and the others are done: no 404 but ours is "not known here"', async () => {
    await plant();
    const ours = JSON.stringify({ error: { code: 'NotFound', message: 'The requested item does not exist.' } });
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const strangers: Record<string, string> = {
      'a proxy': await proxy(404, 'text/html', '<h1>Not Found</h1>'),
      'a server that writes errors as we do': await proxy(404, 'application/json', ours),
      'a page for everything': await proxy(200, 'application/json', '{}'),
      nobody: accessOf(port),
      'a wrong host': shop.replace(/endpoint=[^;]+/, `endpoint=${emulator.ready.geographies['germany']?.app ?? ''}`),
    };
    const about = ['--person', 'customer-17', '--resources'];
    const asked = Object.entries(strangers).map(async ([name, stranger], index) => {
      const file = `stranger-${index}.txt`;
      await resources(file, europe.connectionString, stranger);
      const label = /\/\/([^/;]+)/.exec(stranger)?.[1] ?? '';
      const identified = await run('privacy', 'identify', ...about, file);
      expect(identified.stdout).toMatch(/europe .* identities +1 /);
      const explained = await run('retention', 'explain', 'identity', annaId, '--resources', file);
      expect(explained.stdout).toMatch(/Policy/);
      const outcomes = [identified, explained];
      // All commands ask through one client, which tells the strangers apart: one of them is enough for the rest.
      if (index === 0) {
        const exported = await run('privacy', 'export', '--out', 'to-stranger', ...about, file);
        expect(exported.stdout).toContain('.zip');
        outcomes.push(
          exported,
          await run('privacy', 'erase', '--dry-run', ...about, file),
          await run('retention', 'expired', '--resources', file),
          await run('residency', 'audit', '--resources', file),
        );
      }
      for (const { code, stderr } of outcomes) {
        expect([name, code, stderr.includes(`Missing: `) && stderr.includes(label)]).toEqual([name, 3, true]);
      }
      const json = JSON.parse((await run('privacy', 'identify', '--json', ...about, file)).stdout) as object[];
      expect(json).toMatchObject([{ isKnown: true }, { failed: expect.any(String) }, { management: 'notAsked' }]);
      expect(json[1]).not.toHaveProperty('isKnown');
    });
    await Promise.all(asked);
  }, 180_000);

  it('is not somebody who knows nobody: that is said when all have said it', async () => {
    await resources('alone.txt', europe.connectionString, await proxy(404, 'text/html', '<h1>Not Found</h1>'));
    const nobody = ['--person', 'nobody-1', '--resources', 'alone.txt'];
    for (const action of [['identify'], ['erase'], ['erase', '--dry-run'], ['export']]) {
      const { code, stderr } = await run('privacy', ...action, ...nobody);
      expect(code).toBe(3);
      expect(stderr).not.toContain('No resource knows this person');
    }
    const gone = await run('retention', 'explain', 'thread', '19:nothing@thread.v2', '--resources', 'alone.txt');
    expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining('is not known') });
    expect(gone.stderr).not.toContain('nothing is left of it');
  }, 60_000);
});
