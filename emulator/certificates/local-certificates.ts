// Keeps one CA per user and a server certificate signed by it, in `~/.acs-domicile` (or ACS_DOMICILE_HOME).
import { X509Certificate, createPrivateKey, hash } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EmulatorError } from '../emulator-error.js';
import { makeFolders } from '../../cli/make-folders.js';
import { reasonOf } from '../../cli/reason-of.js';
import { createFileAtomically, isErrorCode, writeFileAtomically } from '../../cli/write-file-atomically.js';
import { type KeyedCertificate, certifyAuthority, certifyServer, newPrivateKey } from './certificate.js';

export interface LocalCertificates {
  /** Path of the CA certificate. */
  readonly caPath: string;
  /** The CA certificate, PEM. */
  readonly ca: string;
  /** For `localhost`, `127.0.0.1` and `::1`. */
  readonly server: KeyedCertificate;
  /** The same, or for the given names too. */
  readonly resources: KeyedCertificate;
}

const renewBeforeMs = 30 * 24 * 3600 * 1000;

/** Where the user's CA is kept. */
function certificatesFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['ACS_DOMICILE_HOME'] || join(homedir(), '.acs-domicile');
}

/** Where the CA certificate is once there is one. */
export function localCaPath(): string {
  return join(certificatesFolder(), 'ca.pem');
}

/**
 * Loads the CA and the server certificate, makes what is missing and renews the latter in time.
 * Certificates live in real time: moving the emulator's clock does not touch them.
 *
 * @param hostNames beyond loopback; the CA's certificate is another one then, for them too, with the same name and key, so
 * that it vouches for the server certificate as well
 */
export async function loadCertificates(
  folder = certificatesFolder(),
  now = new Date(),
  hostNames: readonly string[] = [],
): Promise<LocalCertificates> {
  try {
    await makeFolders(folder, 0o700);
    await chmod(folder, 0o700);
    const authority = await loadAuthority(folder, now);
    const server = await loadServer(join(folder, 'localhost.pem'), authority, now, []);
    if (hostNames.length === 0) {
      return { caPath: join(folder, 'ca.pem'), ca: authority.cert, server, resources: server };
    }
    const names = [...hostNames].sort();
    const suffix = hash('sha256', names.join(' '), 'hex').slice(0, 12);
    const caPath = join(folder, `ca-${suffix}.pem`);
    const wider = await loadWiderAuthority(caPath, authority.key, now, names);
    const resources = await loadServer(join(folder, `localhost-${suffix}.pem`), wider, now, names);
    return { caPath, ca: wider.cert, server, resources };
  } catch (error) {
    if (error instanceof EmulatorError) {
      throw error;
    }
    throw new EmulatorError(
      `The certificate folder ${folder} cannot be used (${reasonOf(error)}); set ACS_DOMICILE_HOME to another folder.`,
    );
  }
}

/** The key is made first and only once; whoever holds it may make the certificate, and the first one stays. */
async function loadAuthority(folder: string, now: Date): Promise<KeyedCertificate> {
  const keyPath = join(folder, 'ca-key.pem');
  const certPath = join(folder, 'ca.pem');
  if ((await readIfThere(keyPath)) === undefined && (await readIfThere(certPath)) === undefined) {
    await createFileAtomically(keyPath, newPrivateKey(), { mode: 0o600 });
  }
  const key = await readIfThere(keyPath);
  if (key !== undefined && (await readIfThere(certPath)) === undefined) {
    await createFileAtomically(certPath, certifyAuthority(key, now));
  }
  const cert = await readIfThere(certPath);
  if (key === undefined || cert === undefined || !isUsable({ cert, key }, cert, now)) {
    throw new EmulatorError(
      `The local CA in ${folder} has expired, is damaged or has lost its key; remove that folder, start again, and trust the new ca.pem.`,
    );
  }
  return { cert, key };
}

async function loadWiderAuthority(
  path: string,
  key: string,
  now: Date,
  hostNames: readonly string[],
): Promise<KeyedCertificate> {
  const kept = await readIfThere(path);
  if (kept !== undefined && isUsable({ cert: kept, key }, kept, now)) {
    return { cert: kept, key };
  }
  const cert = certifyAuthority(key, now, hostNames);
  await writeFileAtomically(path, cert, { mode: 0o600 });
  return { cert, key };
}

/** Key and certificate share a file, so that two emulators that start at once never mix theirs. */
async function loadServer(
  path: string,
  authority: KeyedCertificate,
  now: Date,
  hostNames: readonly string[],
): Promise<KeyedCertificate> {
  const text = (await readIfThere(path)) ?? '';
  const end = text.indexOf('-----BEGIN PRIVATE KEY-----');
  const kept = { cert: text.slice(0, Math.max(end, 0)), key: text.slice(Math.max(end, 0)) };
  if (end > 0 && isUsable(kept, authority.cert, now)) {
    return kept;
  }
  const made = certifyServer(authority, now, hostNames);
  await writeFileAtomically(path, made.cert + made.key, { mode: 0o600 });
  return made;
}

function isUsable({ cert, key }: KeyedCertificate, authority: string, now: Date): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const issuer = new X509Certificate(authority);
    return (
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey) &&
      Date.parse(certificate.validFrom) <= now.getTime() &&
      Date.parse(certificate.validTo) > now.getTime() + renewBeforeMs
    );
  } catch {
    return false; // not PEM at all
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}
