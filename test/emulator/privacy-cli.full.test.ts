// The commands about a person, over two geographies: what they print and write, and that they go on after Ctrl-C.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';
import { createSandbox, type Sandbox, until } from './command-line.js';

interface Combined {
  readonly personId: string;
  readonly resources: { resource: string; receiptId: string; salt: string; receipt: string }[];
  readonly unknownAt: string[];
}

let emulator: Emulator;
let sandbox: Sandbox;
const identityIds: string[] = [];

beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: ['europe', 'switzerland'] }),
    createSandbox(),
  ]);
  for (const resource of emulator.resources) {
    const { id } = await newUser(emulator, resource);
    identityIds.push(id);
    await signedCall(resource, 'POST', '/persons/customer-17/identifiers/:add', { identifiers: [id] });
  }
  const lines = ['# both', '', ...emulator.resources.map(({ connectionString }) => connectionString)];
  await writeFile(join(sandbox.folder, 'resources.txt'), lines.join('\n'));
  await writeFile(join(sandbox.folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

const run = (...args: string[]) => sandbox.run(args, { NODE_EXTRA_CA_CERTS: emulator.ready.ca });
const inSandbox = (...names: string[]) => join(sandbox.folder, ...names);
const readJson = async (...names: string[]) => JSON.parse(await readFile(inSandbox(...names), 'utf8')) as unknown;
const modeOf = async (...names: string[]) => ((await stat(inSandbox(...names))).mode & 0o777).toString(8);
const about = (person: string, file = 'resources.txt') => ['--person', person, '--resources', file];

describe('acs-domicile privacy', () => {
  it('identifies a person in every geography, as a table or as JSON', async () => {
    const [shown, json] = await Promise.all([
      run('privacy', 'identify', ...about('customer-17')).outcome,
      run('privacy', 'identify', ...about('customer-17', 'ready.json'), '--json').outcome,
    ]);
    expect(shown).toMatchObject({ code: 0 });
    for (const { geography, endpoint } of emulator.resources) {
      expect(shown.stdout).toMatch(new RegExp(`${geography} +${endpoint} +identities +1 +\\d{4}-.* +until erased`));
      expect(shown.stderr).toContain(`${new URL(endpoint).host}: asked\n`);
    }
    const found = JSON.parse(json.stdout) as { resource: string; isKnown: boolean }[];
    const known = emulator.resources.map(({ endpoint }) => ({ resource: endpoint, isKnown: true }));
    expect(found).toMatchObject([...known, { management: 'notAsked' }]);
    expect(shown.stdout + json.stdout).not.toContain(identityIds[0]);
  });

  it('links identifiers where they were issued, and identifies by them without a person', async () => {
    const both = identityIds.flatMap((id) => ['--identifier', id]);
    const linked = await run('privacy', 'link', ...about('customer-19'), ...both).outcome;
    expect(linked).toMatchObject({ code: 0, stdout: expect.stringMatching(/LINKED\n.* 1\n.* 1\n$/) });
    const shown = await run('privacy', 'identify', ...about('customer-19')).outcome;
    expect(shown.stdout.match(/identities +1 /g)).toHaveLength(2);
    const [first = ''] = identityIds;
    const resources = ['--resources', 'resources.txt'];
    const alone = await run('privacy', 'identify', '--identifier', first, ...resources).outcome;
    expect(alone.stdout.match(/identities +1 /g)).toHaveLength(1);
    const plan = await run('privacy', 'erase', '--identifier', first, '--dry-run', ...resources).outcome;
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('This was a dry run') });
    const foreign = first.replace(/.{12}$/, '000000000000').replace(/8:acs:.{8}/, '8:acs:00000000');
    const nowhere = await run('privacy', 'link', ...about('customer-20'), '--identifier', foreign).outcome;
    expect(nowhere).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1 of 1 identifiers were issued by none'),
    });
    expect(nowhere.stderr).not.toContain(foreign);
  });

  it('says that a person is unknown, and what to do, and exits with 1', async () => {
    const commands = [['identify'], ['export'], ['erase'], ['erase', '--dry-run']];
    for (const [action = '', ...more] of commands) {
      const { code, stdout, stderr } = await run('privacy', action, ...about('nobody-1'), ...more).outcome;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^No resource knows this person; .*npx acs-domicile privacy link --person nobody-1 /m);
    }
  });

  it('rehearses an erasure and writes nothing', async () => {
    const { code, stdout } = await run('privacy', 'erase', ...about('customer-17'), '--dry-run').outcome;
    expect(code).toBe(0);
    expect(stdout).toMatch(/identities +1/);
    expect(stdout).toMatch(/Not erased:\n.*It proves the erasure\./s);
    expect(existsSync(inSandbox('domicile-erase-customer-17'))).toBe(false);
  });

  it('begins nothing when it cannot keep what is told only once', async () => {
    await writeFile(inSandbox('a-file'), '');
    const outs = ['a-file', '/proc/no-folder', '/proc/no/folder'];
    const outcomes = await Promise.all(
      outs.map((out) => run('privacy', 'erase', ...about('customer-17'), '--out', out).outcome),
    );
    for (const [index, { code, stderr }] of outcomes.entries()) {
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`${outs[index]}.* cannot be .*; choose another --out\\.\n$`));
      expect(stderr).not.toContain('started');
    }
  });

  it('exports into one folder, an archive a geography', async () => {
    const { code, stderr } = await run('privacy', 'export', ...about('customer-17'), '--out', 'exported').outcome;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('export done') });
    const { archives } = (await readJson('exported', 'manifest.json')) as { archives: { file: string }[] };
    expect(archives).toHaveLength(2);
    for (const { file } of archives) {
      const content = await readFile(inSandbox('exported', file));
      expect([content.subarray(0, 2).toString(), await modeOf('exported', file)]).toEqual(['PK', '600']);
    }
  });

  it('erases, goes on after Ctrl-C where it was, and ends with receipts that it can verify', async () => {
    const args = ['privacy', 'erase', ...about('customer-17'), '--out', 'gone'];
    const first = run(...args);
    await until(async () => {
      if (!existsSync(inSandbox('gone', 'unfinished.json'))) {
        return false;
      }
      const { operations } = (await readJson('gone', 'unfinished.json')) as { operations: object };
      return Object.keys(operations).length === 2;
    }, 10_000);
    first.process.kill('SIGINT');
    const stopped = await first.outcome;
    expect(stopped).toMatchObject({ code: 1, stdout: '' });
    expect(stopped.stderr).toContain('Stopped. Run the same command again');
    const { operations } = (await readJson('gone', 'unfinished.json')) as {
      operations: Record<string, { operation: string; salt: string }>;
    };
    expect(await modeOf('gone', 'unfinished.json')).toBe('600');
    expect(JSON.stringify(operations)).not.toContain(identityIds[0]);

    const another = await run('privacy', 'erase', ...about('customer-18'), '--out', 'gone').outcome;
    expect(another).toMatchObject({ code: 1, stderr: expect.stringContaining('belongs to an unfinished erase') });

    await emulator.clock.advance('PT15M');
    expect(await run(...args).outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('receipts.json') });
    expect(existsSync(inSandbox('gone', 'unfinished.json'))).toBe(false);
    expect(await modeOf('gone', 'receipts.json')).toBe('600');
    const combined = (await readJson('gone', 'receipts.json')) as Combined;
    expect(combined).toMatchObject({ personId: 'customer-17', unknownAt: [] });
    for (const [index, { endpoint, geography }] of emulator.resources.entries()) {
      const { resource, salt, receipt } = combined.resources[index] as Combined['resources'][0];
      const claims = decodeJwt(receipt);
      expect([resource, claims['geography'], salt]).toEqual([endpoint, geography, operations[endpoint]?.salt]);
      // The operation of the first run, not one more.
      expect(operations[endpoint]?.operation).toContain(String(claims.jti));
      const subject = createHash('sha256').update(Buffer.from(salt, 'base64url')).update('customer-17');
      expect(claims['subject']).toBe(subject.digest('base64url'));
    }
    const again = await run(...args).outcome;
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
    const nobody = await run('privacy', 'erase', ...about('customer-17'), '--out', 'nobody').outcome;
    expect(nobody.stderr).toContain('No resource knows this person; nothing was erased.');
    expect(existsSync(inSandbox('nobody'))).toBe(false);

    const jwks = emulator.resources.flatMap(({ endpoint }) => ['--jwks', `${endpoint}/.well-known/jwks.json`]);
    const genuine = await run('receipt', 'verify', 'gone/receipts.json', ...jwks).outcome;
    expect(genuine).toMatchObject({ code: 0, stderr: '' });
    expect(genuine.stdout.match(/the one of the file, by salt and hash/g)).toHaveLength(2);
    expect(genuine.stdout).toContain('These are all 2 receipts of the erasure, of europe, switzerland.');
    const [one] = combined.resources;
    await writeFile(inSandbox('one.json'), JSON.stringify({ ...combined, resources: [one] }));
    const incomplete = await run('receipt', 'verify', 'one.json', ...jwks).outcome;
    expect([incomplete.code, incomplete.stdout, incomplete.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('signed as one of 2 receipts, and there are 1; these are not all receipts'),
    ]);

    await checkForgeries(combined, jwks);
  });

  async function checkForgeries(combined: Combined, jwks: readonly string[]): Promise<void> {
    const [good] = combined.resources as [Combined['resources'][0]];
    const [header = '', payload = '', signature = ''] = good.receipt.split('.');
    const text = Buffer.from(payload, 'base64url').toString();
    const changed = Buffer.from(text.replace('"store":"identities","items":1', '"store":"identities","items":9'));
    const forged = `${header}.${changed.toString('base64url')}.${signature}`;
    expect(forged).not.toBe(good.receipt);
    const otherKeys = { keys: [{ kty: 'EC', crv: 'P-256', ...otherPoint }] };
    await Promise.all([
      writeFile(inSandbox('good.jws'), `${good.receipt}\n`),
      writeFile(inSandbox('forged.jws'), forged),
      writeFile(inSandbox('other.json'), JSON.stringify({ ...combined, personId: 'customer-18' })),
      writeFile(inSandbox('other-jwks.json'), JSON.stringify(otherKeys)),
      writeFile(inSandbox('empty.json'), '{}'),
      writeFile(inSandbox('unsalted.json'), JSON.stringify({ ...combined, resources: [{ receipt: good.receipt }] })),
    ]);
    const verify = (...args: string[]) => run('receipt', 'verify', ...args).outcome;
    const outcomes = await Promise.all([
      verify('good.jws', ...jwks, '--json'),
      verify('forged.jws', ...jwks),
      verify('other.json', ...jwks),
      verify('good.jws', '--jwks', 'europe=other-jwks.json'),
      verify('empty.json', ...jwks),
      verify('good.jws', '--jwks', 'http://keys.example.org/jwks.json'),
      verify('good.jws'),
      verify('unsalted.json', ...jwks),
      verify('good.jws', ...jwks, '--person', 'customer-17', '--salt', good.salt),
      verify('good.jws', '--jwks', `europe=${jwks[3] ?? ''}`),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 1, 1, 1, 1, 1, 2, 1, 0, 1]);
    expect(JSON.parse(outcomes[0].stdout)).toMatchObject([{ claims: { stores: expect.any(Array) } }]);
    const sentences = [
      '',
      'This is not a genuine receipt',
      'Receipt 1 of 2: The receipt is genuine, but about somebody else',
      'This is not a genuine receipt',
      'There is no receipt in empty.json',
      'keys.example.org is asked without https',
      '--jwks is missing',
      'without its salt nothing shows whom it is about',
      '',
      'has the keys of switzerland, and not of europe',
    ];
    for (const [index, { stderr }] of outcomes.entries()) {
      expect(stderr).toContain(sentences[index]);
    }
  }

  it('says in a sentence what is wrong with a file or an argument, and never quotes a key', async () => {
    const [europe] = emulator.resources;
    const { accessKey = '', connectionString = '' } = europe ?? {};
    const files: Record<string, string> = {
      'broken.txt': `endpoint=nowhere;accesskey=${accessKey}`,
      'broken.json': '[',
      'object.json': '{}',
      'empty.txt': '# nothing\n',
      'twice.txt': `${connectionString}\n${connectionString}`,
      'plain.txt': `endpoint=http://contoso.example.org/;accesskey=${accessKey}`,
      'wrong-key.txt': connectionString.replace(accessKey, Buffer.alloc(64, 7).toString('base64')),
    };
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(inSandbox(name), text)));
    const refused: [string[], number, string][] = [
      [about('p', 'broken.txt'), 1, 'Entry 1 of broken.txt is not a connection string'],
      [about('p', 'broken.json'), 1, 'broken.json is not valid JSON'],
      [about('p', 'object.json'), 1, 'object.json is neither a list'],
      [about('p', 'empty.txt'), 1, 'empty.txt has no connection string'],
      [about('p', 'twice.txt'), 1, 'twice.txt names localhost:'],
      [about('p', 'plain.txt'), 1, 'plain http is for this machine only'],
      [about('p', 'missing.txt'), 1, 'The file of resources cannot be read'],
      [about('p', 'wrong-key.txt'), 3, 'answered 401: Denied by the resource provider'],
      [about('+4366412345678'), 2, '--person takes the key'],
      [['--resources', 'resources.txt'], 2, '--person is missing'],
      [['--resources', 'resources.txt', '--identifier', '0664'], 2, '--identifier takes an identity'],
      [[...about('p'), '--dry-run'], 2, '--dry-run is for erase only'],
      [[...about('p'), '--nonsense'], 2, '--nonsense'],
    ];
    const outcomes = await Promise.all(refused.map(([args]) => run('privacy', 'identify', ...args).outcome));
    for (const [index, { code, stdout, stderr }] of outcomes.entries()) {
      const [, expected, sentence] = refused[index] as (typeof refused)[0];
      expect([code, stdout]).toEqual([expected, '']);
      expect(stderr).toContain(sentence);
      expect(stderr).not.toContain(accessKey);
    }
    const untrusted = await sandbox.run(['privacy', 'identify', ...about('p')]).outcome;
    expect(untrusted).toMatchObject({ code: 3, stderr: expect.stringContaining('name its CA in NODE_EXTRA_CA_CERTS') });
    const helps = await Promise.all([run('privacy', '--help').outcome, run('receipt', '--help').outcome]);
    for (const { code, stdout } of helps) {
      expect([code, stdout.includes('Examples\n  ')]).toEqual([0, true]);
    }
  });
});

/** A point of P-256 that no key here has: the base point (SEC 2, section 2.4.2). */
const otherPoint = {
  x: Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex').toString('base64url'),
  y: Buffer.from('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5', 'hex').toString('base64url'),
};
