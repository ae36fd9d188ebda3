// The public keys that receipts are checked with, from the JWKS routes of geographies or from files.
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { publicKeysByKid, readRetiredKeys } from '../../shared/auth/signing-keys.js';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import { isLoopbackHost } from '../resources/loopback-host.js';
import { reachError } from '../resources/reach-error.js';

const answerLimitMs = 30_000;
const maxBytes = 1024 * 1024;

/** By `kid`. @throws {CommandError} one sentence about the first that cannot be had */
export async function readPublicKeys(sources: readonly string[]): Promise<ReadonlyMap<string, KeyObject>> {
  const keys: KeyObject[] = [];
  for (const source of sources) {
    const text = /^https?:/i.test(source) ? await download(source) : await read(source);
    try {
      keys.push(...readRetiredKeys(text));
    } catch {
      throw new CommandError(`${source} holds no public keys that receipts are signed with; name a JWKS document.`);
    }
  }
  return publicKeysByKid(keys);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`The keys cannot be read (${reasonOf(error)}); name a file or an address with --jwks.`);
  }
}

async function download(address: string): Promise<string> {
  if (!URL.canParse(address)) {
    throw new CommandError(`${address} is not an address.`);
  }
  const { protocol, hostname, host } = new URL(address);
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    throw new CommandError(`${host} is asked without https, so anybody could answer; plain http is for this machine.`);
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(answerLimitMs) });
    text = await answer.text();
  } catch (error) {
    throw reachError(host, error);
  }
  if (!answer.ok) {
    throw new CommandError(`${host} answered ${answer.status}; the keys are at /.well-known/jwks.json.`);
  }
  if (text.length > maxBytes) {
    throw new CommandError(`${host} answers with more than it should.`);
  }
  return text;
}
