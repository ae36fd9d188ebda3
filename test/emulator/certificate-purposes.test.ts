// Whoever steals the local CA gets little with it: certificates of TLS servers of this machine. Checked by OpenSSL's rules and
// by Java's, as these read constraints differently.
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCertificates } from '../../emulator/certificates/local-certificates.js';
import { stealAuthority } from './stolen-authority.js';

const run = promisify(execFile);
let folder: string;
let caPath: string;
let issuer: string;
const chains = new Map<string, string>();

/** Subject and extensions by name. */
const wanted: Readonly<Record<string, readonly [string, ...string[]]>> = {
  server: ['/CN=localhost', 'subjectAltName=DNS:localhost', 'extendedKeyUsage=serverAuth'],
  'another-name': ['/CN=x', 'subjectAltName=DNS:example.com', 'extendedKeyUsage=serverAuth'],
  'a-name-more': ['/CN=x', 'subjectAltName=DNS:localhost,DNS:example.com', 'extendedKeyUsage=serverAuth'],
  'another-address': ['/CN=x', 'subjectAltName=IP:10.0.0.1', 'extendedKeyUsage=serverAuth'],
  'a-name-in-the-subject': ['/CN=example.com', 'extendedKeyUsage=serverAuth'],
  'another-uri': ['/CN=localhost', 'subjectAltName=DNS:localhost,URI:spiffe://example.com/a'],
  mail: ['/CN=x', 'subjectAltName=email:anna@example.com', 'extendedKeyUsage=emailProtection'],
  'mail-of-localhost': ['/CN=localhost', 'subjectAltName=email:anna@localhost', 'extendedKeyUsage=emailProtection'],
  client: ['/CN=localhost', 'subjectAltName=DNS:localhost', 'extendedKeyUsage=clientAuth'],
  'any-purpose': ['/CN=localhost', 'subjectAltName=DNS:localhost'],
  code: ['/CN=Contoso', 'extendedKeyUsage=codeSigning', 'keyUsage=digitalSignature'],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-purposes-'));
  const made = join(folder, 'made');
  await mkdir(made);
  ({ caPath } = await loadCertificates(join(folder, 'home')));
  const stolen = await stealAuthority(join(folder, 'home'), made);
  issuer = stolen.issuer;
  for (const [name, [subject, ...extensions]] of Object.entries(wanted)) {
    chains.set(name, await stolen.certify(name, subject, extensions));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const chainOf = (name: string) => chains.get(name) ?? '';

describe('What the stolen CA signs, by the rules of OpenSSL,', () => {
  const verify = (name: string, purpose: string) =>
    run('openssl', ['verify', '-purpose', purpose, '-CAfile', caPath, '-untrusted', issuer, chainOf(name)]);

  it('is good for a server of this machine', async () => {
    expect((await verify('server', 'sslserver')).stdout).toContain('OK');
  });

  it.each(['another-name', 'a-name-more', 'another-address', 'a-name-in-the-subject', 'another-uri', 'mail'])(
    'is not good for anything with a name of elsewhere: %s',
    async (name) => {
      await expect(verify(name, 'any')).rejects.toMatchObject({ stderr: expect.stringContaining('error 47') });
    },
  );

  it.each([
    ['client', 'sslclient'],
    ['any-purpose', 'sslclient'],
    ['mail-of-localhost', 'smimesign'],
    ['mail-of-localhost', 'smimeencrypt'],
    ['any-purpose', 'smimesign'],
    // For code this OpenSSL has no name; whatever looks at the CA's purposes refuses it as it does these.
    ['code', 'sslclient'],
  ])('is not good for another purpose, in what is otherwise allowed: %s as %s', async (name, purpose) => {
    await expect(verify(name, purpose)).rejects.toMatchObject({
      // Of the CA too, not only of the leaf.
      stderr: expect.stringMatching(/error 26 at 1 depth/),
    });
  });
});

function hasJava(): boolean {
  try {
    return execFileSync('java', ['--list-modules']).includes('jdk.compiler');
  } catch {
    return false;
  }
}

describe.skipIf(!hasJava())('What the stolen CA signs, by the rules of Java,', () => {
  let said: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const program = join(import.meta.dirname, 'java', 'VerifyChain.java');
    const { stdout } = await run('java', [program, caPath, ...chains.values()]);
    const lines = stdout.trim().split('\n');
    said = new Map(lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
  });

  const saidOf = (name: string, purpose: string) => said.get(`${basename(chainOf(name))} ${purpose}`);

  it('is good for a server of this machine', () => {
    expect(saidOf('server', 'server')).toBe('accepted');
  });

  it.each(['another-name', 'a-name-more', 'another-address', 'a-name-in-the-subject', 'another-uri', 'mail', 'code'])(
    'is not good for anything with a name of elsewhere: %s',
    (name) => {
      expect(saidOf(name, 'server')).toContain('name constraints check failed');
      expect(saidOf(name, 'path')).toContain('name constraints check failed');
    },
  );
});
