// What the command line says when it is used wrongly or cannot start: one sentence, the right exit code, nothing left.
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkNodeVersion } from '../../emulator/cli/node-version.js';
import { lockFolder } from '../../emulator/folder-lock.js';
import { type Sandbox, createSandbox } from './command-line.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});

// Whatever it said, nothing of it runs any more.
afterEach(() => expect(sandbox.processes()).toEqual([]));

afterAll(() => sandbox.remove());

async function expectRefusal(args: readonly string[], code: number, sentence: RegExp): Promise<void> {
  const outcome = await sandbox.run(args).outcome;
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(outcome).toMatchObject({ code, stdout: '' });
}

describe('the command line', () => {
  it('names the port that another program has', async () => {
    const server = createServer();
    // Below the ports that systems give out by themselves, so that its neighbours are free.
    const port = 20_000 + (process.pid % 10_000);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expectRefusal(['start', '--ephemeral', '--port', `${port - 1}`], 1, new RegExp(`^Port ${port} is taken`));
    server.close();
  });

  it('names a data folder that cannot be written', async () => {
    await writeFile(join(sandbox.folder, 'file'), '');
    await expectRefusal(['start', '--data', 'file/data'], 1, /^The data folder .*file\/data cannot be used/);
    // The kernel's own folders take no files, not even from root.
    await expectRefusal(['start', '--data', '/proc/domicile'], 1, /^The data folder \/proc\/domicile cannot be used/);
    await expectRefusal(['start', '--data', '/sys/domicile'], 1, /^The data folder \/sys\/domicile cannot be used/);
  });

  it('names a data folder that another emulator uses', async () => {
    const lock = await lockFolder(sandbox.folder, 'emulator');
    await expectRefusal(
      ['start', '--data', '.'],
      1,
      new RegExp(`^Another emulator \\(process ${process.pid} on .*\\) uses`),
    );
    await lock.release();
  });

  it('names a ready file that cannot be written', async () => {
    await writeFile(join(sandbox.folder, 'file'), '');
    await expectRefusal(
      ['start', '--ephemeral', '--ready-file', 'file/r.json'],
      1,
      /^The ready file .* cannot be writ/,
    );
  });

  it('says that the certificate folder cannot be made, also where the system makes none', async () => {
    const { code, stderr } = await sandbox.run(['ca'], { ACS_DOMICILE_HOME: '/proc/no-folder' }).outcome;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The certificate folder \/proc\/no-folder cannot be used .* ACS_DOMICILE_HOME/),
    });
  });

  it('lists the geographies when one is unknown', async () => {
    await expectRefusal(['start', '--geographies', 'europe,mars'], 2, /"mars"; choose from africa, .*, unitedstates\./);
  });

  it('says what is wrong with rate limits', async () => {
    await writeFile(join(sandbox.folder, 'limits.json'), '{"chat.sing":[]}');
    await Promise.all([
      expectRefusal(['start', '--limits', 'none'], 2, /^Rate limits are "open", "acs", or an object/),
      expectRefusal(['start', '--limits', '{"base":'], 2, /^--limits takes open, acs, a JSON object or @file/),
      expectRefusal(
        ['start', '--limits', '@limits.json'],
        2,
        /an entry that does not exist\. There are: base, calling\./,
      ),
      expectRefusal(['start', '--limits', '@nothing'], 2, /^The limits file nothing cannot be read/),
    ]);
  });

  it('refuses what it does not know or cannot use', async () => {
    await Promise.all([
      expectRefusal(['start', '--nonsense'], 2, /--nonsense/),
      expectRefusal(['start', '--port', 'x'], 2, /^--port takes a whole number/),
      expectRefusal(['start', '--port', '65530'], 2, /^Port 65530 cannot be the first port/),
      expectRefusal(['start', '--instances', '0'], 2, /1 to 8/),
      expectRefusal(['start', '--host-names', 'https://x'], 2, /^"https:\/\/x" is no host name/),
      expectRefusal(['stop'], 2, /^There is no command "stop"/),
      expectRefusal([], 2, /acs-domicile --help/),
      expectRefusal(['start', '--ephemeral', '--data', 'x'], 2, /^It is either --ephemeral/),
      expectRefusal(['start', 'now'], 2, /"now" was not expected/),
      expectRefusal(['ca', '--quiet'], 2, /no option --quiet/),
    ]);
  });

  it('says that Node.js is too old before it loads anything', async () => {
    const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.19.1'}})`;
    const { outcome } = sandbox.run(['start'], { NODE_OPTIONS: `--import=data:text/javascript,${pretend}` });
    const { code, stderr } = await outcome;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^acs-domicile needs Node\.js 20\.19 or later, and this is 18\.19\.1; .*\n$/);
    const complaints = ['12.0.0', '20.18.9', '20.19.0', '22.0.0'].map(
      (version) => checkNodeVersion(version) !== undefined,
    );
    expect(complaints).toEqual([true, true, false, false]);
  });

  it('explains itself in 80 columns, with examples, and never names a package of somebody else', async () => {
    const commands = ['start', 'ca', 'stage', 'privacy', 'receipt', 'residency', 'retention', 'master-secret'];
    const outcomes = await Promise.all(
      [['--help'], ...commands.map((command) => [command, '--help'])].map((args) => sandbox.run(args).outcome),
    );
    for (const { code, stdout, stderr } of outcomes) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Examples\n  ');
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).not.toMatch(/npx\s+domicile/);
    }
    const [general] = outcomes;
    expect(commands.filter((command) => general?.stdout.includes(`acs-domicile ${command}`) !== true)).toEqual([]);
  });

  it('prints its version and the path of the CA', async () => {
    const [version, ca] = await Promise.all([sandbox.run(['--version']).outcome, sandbox.run(['ca']).outcome]);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(ca).toMatchObject({ code: 0, stdout: `${join(sandbox.folder, 'home', 'ca.pem')}\n` });
  });
});
