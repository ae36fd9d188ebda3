// What somebody could certify who has everything that the folder of the local CA holds.
import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface StolenAuthority {
  /**
   * Makes a chain, PEM, the leaf first.
   *
   * @param subject as OpenSSL writes it, `/CN=localhost`
   * @param extensions as in a file of extensions of OpenSSL
   */
  certify(name: string, subject: string, extensions: readonly string[]): Promise<string>;
  /** Path of the certificate between the leaves and what is trusted. */
  readonly issuer: string;
}

/** @param home folder of the CA; @param folder for what is made */
export async function stealAuthority(home: string, folder: string): Promise<StolenAuthority> {
  const keys: string[] = [];
  for (const name of await readdir(home)) {
    const text = await readFile(join(home, name), 'utf8');
    if (text.includes('PRIVATE KEY') && !name.startsWith('localhost')) {
      keys.push(join(home, name));
    }
  }
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    throw new Error(`The folder holds ${keys.length} keys of CAs, not one.`);
  }
  const [issuing] =
    (await readFile(key, 'utf8')).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/) ?? [];
  const issuer = join(folder, 'issuer.pem');
  await writeFile(issuer, issuing ?? '');

  async function certify(name: string, subject: string, extensions: readonly string[]): Promise<string> {
    const at = (kind: string) => join(folder, `${name}.${kind}`);
    await writeFile(at('extensions'), extensions.join('\n'));
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await run('openssl', ['req', '-new', ...curve, '-subj', subject, '-keyout', at('key'), '-out', at('csr')]);
    const by = ['-CA', issuer, '-CAkey', key ?? '', '-days', '1', '-extfile', at('extensions')];
    await run('openssl', ['x509', '-req', '-in', at('csr'), ...by, '-out', at('leaf')]);
    await writeFile(at('pem'), (await readFile(at('leaf'), 'utf8')) + (await readFile(issuer, 'utf8')));
    return at('pem');
  }

  return { certify, issuer };
}
