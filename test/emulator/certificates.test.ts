// The local CA: valid for TLS clients of this machine, useless for anything else, one per user.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { createServer, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certifyServer, newAuthority } from '../../emulator/certificates/certificate.js';
import { loadCertificates } from '../../emulator/certificates/local-certificates.js';

const run = promisify(execFile);
const dayMs = 24 * 3600 * 1000;
let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'domicile-certificates-')), 'home');
});

afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

async function withServer<T>(use: (port: number) => Promise<T>): Promise<T> {
  const { server: tls } = await loadCertificates(folder);
  const server = createServer(tls, (_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** @param chain the leaf, and the issuing CA behind it */
function issuedBy(ca: string, chain: string): boolean {
  const [leaf = '', issuing = ''] = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const middle = new X509Certificate(issuing);
  return new X509Certificate(leaf).verify(middle.publicKey) && middle.verify(new X509Certificate(ca).publicKey);
}

describe('the local certificates', () => {
  it('are accepted by a client that was given the CA', async () => {
    const { ca } = await loadCertificates(folder);
    await withServer(async (port) => {
      for (const host of ['localhost', '127.0.0.1']) {
        const answer = await new Promise((resolve, reject) => {
          get(`https://${host}:${port}`, { ca, agent: false, family: 4 })
            .on('response', (response) => response.on('data', (chunk: Buffer) => resolve(chunk.toString())))
            .on('error', reject);
        });
        expect(answer).toBe('hello');
      }
    });
  });

  it('are accepted by a process that trusts the CA through NODE_EXTRA_CA_CERTS, and by no other', async () => {
    const { caPath } = await loadCertificates(folder);
    await withServer(async (port) => {
      const script = `fetch('https://localhost:${port}').then(r=>r.text()).then(console.log,e=>console.log(e.cause.code))`;
      const trusting = await run(process.execPath, ['-e', script], { env: { NODE_EXTRA_CA_CERTS: caPath } });
      expect(trusting.stdout.trim()).toBe('hello');
      const other = await run(process.execPath, ['-e', script], { env: {} });
      expect(other.stdout.trim()).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
    });
  });

  it('hold in OpenSSL for the names of this machine', async () => {
    const { caPath, server } = await loadCertificates(folder);
    const leaf = join(folder, 'leaf.pem');
    await writeFile(leaf, server.cert);
    const verify = (...names: string[]) =>
      run('openssl', ['verify', '-x509_strict', '-CAfile', caPath, '-untrusted', leaf, ...names, leaf]);
    expect((await verify('-verify_hostname', 'localhost')).stdout).toContain('OK');
    expect((await verify('-verify_ip', '127.0.0.1')).stdout).toContain('OK');
    expect((await verify('-verify_ip', '::1')).stdout).toContain('OK');
  });

  it('are a CA for servers that signs one CA below it, for ten years, and a leaf that is none', async () => {
    const { ca, server } = await loadCertificates(folder);
    const authority = new X509Certificate(ca);
    expect(authority.ca).toBe(true);
    expect(Date.parse(authority.validTo) - Date.now()).toBeGreaterThan(3650 * dayMs);
    const leaf = new X509Certificate(server.cert);
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    for (const [file, pathLength] of [
      ['ca.pem', 1],
      ['issuing-ca.pem', 0],
    ] as const) {
      const text = (await run('openssl', ['x509', '-in', join(folder, file), '-noout', '-text'])).stdout;
      expect(text).toMatch(new RegExp(`Basic Constraints: critical\\s+CA:TRUE, pathlen:${pathLength}`));
      expect(text).toMatch(/Key Usage: critical\s+Certificate Sign\n/);
      expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication\n/);
      expect(text).toMatch(
        /Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+IP:127\.0\.0\.0\/255\.0\.0\.0\s+IP:[0:]+1\/[F:]+\s+email:localhost\s+URI:localhost\n/,
      );
    }
  });

  it('keep no key of what clients trust', async () => {
    const { ca } = await loadCertificates(folder);
    const trusted = new X509Certificate(ca);
    for (const name of await readdir(folder)) {
      const [key] =
        /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(await readFile(join(folder, name), 'utf8')) ??
        [];
      expect(key === undefined || !trusted.checkPrivateKey(createPrivateKey(key))).toBe(true);
    }
  });

  it('take the place of those of an earlier version, which kept such a key, once', async () => {
    const former = await loadCertificates(folder);
    expect(former.replacedEarlier).toBe(false);
    await rm(join(folder, 'issuing-ca.pem'));
    await writeFile(join(folder, 'ca-key.pem'), 'a key');
    await writeFile(join(folder, 'ca-0123456789ab.pem'), former.ca);
    const now = await loadCertificates(folder);
    expect(now.replacedEarlier).toBe(true);
    expect(now.ca).not.toBe(former.ca);
    expect(await readFile(now.caPath, 'utf8')).toBe(now.ca);
    expect((await readdir(folder)).sort()).toEqual(['ca.pem', 'issuing-ca.pem', 'localhost.pem']);
    expect(await loadCertificates(folder)).toEqual({ ...now, replacedEarlier: false });
  });

  it('keep their keys to their owner', async () => {
    await loadCertificates(folder);
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    expect(await modeOf(folder)).toBe(0o700);
    expect(await modeOf(join(folder, 'issuing-ca.pem'))).toBe(0o600);
    expect(await modeOf(join(folder, 'localhost.pem'))).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['ca.pem', 'issuing-ca.pem', 'localhost.pem']);
  });

  it('are the same at the next start, and for emulators that start at once for the first time', async () => {
    const loaded = await Promise.all(Array.from({ length: 8 }, () => loadCertificates(folder)));
    expect(new Set(loaded.map(({ ca }) => ca)).size).toBe(1);
    for (const { ca, server } of loaded) {
      expect(issuedBy(ca, server.cert)).toBe(true);
    }
    const next = await loadCertificates(folder);
    expect(next).toEqual(await loadCertificates(folder));
    expect(next.ca).toBe(loaded[0]?.ca);
  });

  it('are renewed under the same CA before the server certificate expires', async () => {
    const first = await loadCertificates(folder);
    const later = await loadCertificates(folder, new Date(Date.now() + 340 * dayMs));
    expect(later.ca).toBe(first.ca);
    expect(later.server.cert).not.toBe(first.server.cert);
  });

  it('hold for more names when they are asked for, under a CA of its own that may vouch for these and no others', async () => {
    const hostNames = ['host.docker.internal', '10.0.2.2'];
    const plain = await loadCertificates(folder);
    const { caPath, ca, server } = await loadCertificates(folder, new Date(), hostNames);
    const leaf = join(folder, 'leaf.pem');
    await writeFile(leaf, server.cert);
    const verify = (path: string, ...names: string[]) =>
      run('openssl', ['verify', '-x509_strict', '-CAfile', path, '-untrusted', leaf, ...names, leaf]);
    expect((await verify(caPath, '-verify_hostname', 'host.docker.internal')).stdout).toContain('OK');
    expect((await verify(caPath, '-verify_ip', '10.0.2.2')).stdout).toContain('OK');
    expect((await verify(caPath, '-verify_hostname', 'localhost')).stdout).toContain('OK');
    await expect(verify(plain.caPath)).rejects.toThrow();
    expect((await loadCertificates(folder, new Date(), hostNames.toReversed())).ca).toBe(ca);
    expect(await loadCertificates(folder)).toEqual(plain);
  });

  it('say what to do when the CA has lost its key', async () => {
    await loadCertificates(folder);
    await rm(join(folder, 'issuing-ca.pem'));
    await expect(loadCertificates(folder)).rejects.toThrow(/lost its key; remove the folder it is in/);
    expect(await readFile(join(folder, 'ca.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  it('from another CA are replaced', async () => {
    const { ca } = await loadCertificates(folder);
    const foreign = certifyServer(newAuthority(new Date()), new Date());
    await writeFile(join(folder, 'localhost.pem'), foreign.cert + foreign.key);
    const { server } = await loadCertificates(folder);
    expect(issuedBy(ca, server.cert)).toBe(true);
  });
});
