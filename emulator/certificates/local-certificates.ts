// Keeps one CA per user and a server certificate by it, in `~/.acs-domicile` (or ACS_DOMICILE_HOME).
import { X509Certificate, createPrivateKey, hash } from 'node:crypto';
import { chmod, readFile, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EmulatorError } from '../emulator-error.js';
import { makeFolders } from '../../cli/make-folders.js';
import { reasonOf } from '../../cli/reason-of.js';
import { createFileAtomically, isErrorCode, writeFileAtomically } from '../../cli/write-file-atomically.js';
import { type Authority, type KeyedCertificate, certifyServer, newAuthority } from './certificate.js';

export interface LocalCertificates {
  /** Path of the CA certificate. */
  readonly caPath: string;
  /** The CA certificate, PEM. */
  readonly ca: string;
  /** For `localhost`, `127.0.0.1` and `::1`, and for the given names. */
  readonly server: KeyedCertificate;
  /** Whether a CA of an earlier version was put away: whoever trusts it has to be told. */
  readonly replacedEarlier: boolean;
}

const renewBeforeMs = 30 * 24 * 3600 * 1000;
const certificateBlocks = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;
const privateKeyBlock = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/;

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
 * @param hostNames beyond loopback; the CA is another one then, for them too
 */
export async function loadCertificates(
  folder = certificatesFolder(),
  now = new Date(),
  hostNames: readonly string[] = [],
): Promise<LocalCertificates> {
  try {
    await makeFolders(folder, 0o700);
    await chmod(folder, 0o700);
    const names = [...hostNames].sort();
    const suffix = names.length === 0 ? '' : `-${hash('sha256', names.join(' '), 'hex').slice(0, 12)}`;
    const caPath = join(folder, `ca${suffix}.pem`);
    const replacedEarlier = await putEarlierAway(folder);
    const authority = await loadAuthority(join(folder, `issuing-ca${suffix}.pem`), caPath, now, names);
    const server = await loadServer(join(folder, `localhost${suffix}.pem`), authority, now, names);
    return { caPath, ca: authority.root, server, replacedEarlier };
  } catch (error) {
    if (error instanceof EmulatorError) {
      throw error;
    }
    throw new EmulatorError(
      `The certificate folder ${folder} cannot be used (${reasonOf(error)}); set ACS_DOMICILE_HOME to another folder.`,
    );
  }
}

/** What whoever trusts the earlier one has to do. */
export function replacedCaText(caPath: string): string {
  return `The local CA was made anew, constrained more narrowly: trust ${caPath}, and take the earlier one out of your trust stores.`;
}

/**
 * Earlier versions kept the key of the CA that clients trust. Java passed over that one's constraints, and no program found
 * its purpose limited; so it does not stay.
 */
async function putEarlierAway(folder: string): Promise<boolean> {
  const key = join(folder, 'ca-key.pem');
  if ((await readIfThere(key)) === undefined) {
    return false;
  }
  const certificates = (await readdir(folder)).filter((name) => /^ca(-[0-9a-f]{12})?\.pem$/.test(name));
  // The key at last: as long as it is there, somebody has to do this.
  for (const path of [...certificates.map((name) => join(folder, name)), key]) {
    await rm(path, { force: true });
  }
  return true;
}

/**
 * One file holds all of it, so that of two emulators that start at once one makes it and both use that; what clients trust is
 * copied from it.
 */
async function loadAuthority(
  path: string,
  caPath: string,
  now: Date,
  hostNames: readonly string[],
): Promise<Authority> {
  if ((await readIfThere(path)) === undefined && (await readIfThere(caPath)) === undefined) {
    const { root, issuing } = newAuthority(now, hostNames);
    await createFileAtomically(path, issuing.key + issuing.cert + root, { mode: 0o600 });
  }
  const [issuing, root] = ((await readIfThere(path)) ?? '').match(certificateBlocks) ?? [];
  const key = privateKeyBlock.exec((await readIfThere(path)) ?? '')?.[0];
  if (
    issuing === undefined ||
    root === undefined ||
    key === undefined ||
    !isUsable({ cert: issuing, key }, root, now)
  ) {
    throw new EmulatorError(
      `The local CA in ${path} has expired, is damaged or has lost its key; remove the folder it is in, start again, and trust the new ca.pem.`,
    );
  }
  if ((await readIfThere(caPath)) !== root) {
    await writeFileAtomically(caPath, root);
  }
  return { root, issuing: { cert: issuing, key } };
}

/** Key and certificates share a file, so that two emulators that start at once never mix theirs. */
async function loadServer(
  path: string,
  authority: Authority,
  now: Date,
  hostNames: readonly string[],
): Promise<KeyedCertificate> {
  const text = (await readIfThere(path)) ?? '';
  const kept = { cert: (text.match(certificateBlocks) ?? []).join(''), key: privateKeyBlock.exec(text)?.[0] ?? '' };
  if (kept.cert.endsWith(authority.issuing.cert) && isUsable(kept, authority.issuing.cert, now)) {
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
