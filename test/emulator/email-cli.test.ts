import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from './command-line.js';

let emulator: Emulator;
let sandbox: Sandbox;
beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: ['europe', 'switzerland'] }),
    createSandbox(),
  ]);
  await writeFile(join(sandbox.folder, 'ready.json'), JSON.stringify(emulator.ready));
});
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

const check = (resources: string, ...args: string[]) =>
  sandbox.run(['email', 'check-domain', ...args, '--resources', resources], { NODE_EXTRA_CA_CERTS: emulator.ready.ca })
    .outcome;

describe('acs-domicile email', () => {
  it('says which records a domain needs, whichever resource it is linked to, and that none is looked up here', async () => {
    const [, domain = ''] = emulator.resources[1]?.mailSender.split('@') ?? [];
    const { code, stdout, stderr } = await check('ready.json', domain);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      `SPF: is not looked up in the emulator\n  publish  TXT  ${domain}\n           v=spf1 ?all\n`,
    );
    expect(stdout).toContain(`  publish  CNAME  selector1._domainkey.${domain}\n`);
    expect(await check('ready.json', 'contoso.example')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('No resource has contoso.example'),
    });
  });

  it('says what is wrong, and what it should be', async () => {
    const spf = {
      verificationType: 'SPF',
      type: 'TXT',
      name: 'contoso.example',
      value: 'v=spf1 include:a.example ~all',
    };
    const records = [
      { ...spf, state: 'wrong', found: ['v=spf1 -all'] },
      { ...spf, verificationType: 'Domain', state: 'right', found: ['x'] },
    ];
    const server = createServer((_request, response) => response.end(JSON.stringify({ domain: '', records })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await writeFile(join(sandbox.folder, 'other.txt'), `endpoint=http://localhost:${port}/;accesskey=AAAA\n`);
    expect(await check('other.txt', 'contoso.example')).toEqual({
      code: 1,
      stdout:
        'SPF: is wrong\n  publish  TXT  contoso.example\n           v=spf1 include:a.example ~all\n  found    v=spf1 -all\nDomain: is right\n',
      stderr: '',
    });
    expect(JSON.parse((await check('other.txt', 'contoso.example', '--json')).stdout)).toEqual(records);
    server.close();
  });

  it('says in one sentence how it is used wrongly', async () => {
    const wrong: readonly [readonly string[], RegExp][] = [
      [[], /^Nothing is not what it can do/],
      [['check-domain'], /^A domain is needed/],
      [['check-domain', 'a.example', 'b.example'], /^"b.example" was not expected/],
      [['check-domain', 'a.example'], /^--resources is missing/],
    ];
    for (const [args, sentence] of wrong) {
      const { code, stderr } = await sandbox.run(['email', ...args]).outcome;
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) });
      expect(stderr).toMatch(/; see npx acs-domicile email --help\.\n$/);
    }
  });
});
