// Which resources a command goes through: a file of connection strings, as JSON or one a line.
import { readFile } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import { isLoopbackHost } from './loopback-host.js';

export interface ResourceAccess {
  /** Scheme, host and port, without a slash at the end. */
  readonly endpoint: string;
  /** Host and port: how it is called in sentences. */
  readonly label: string;
  readonly accessKey: Buffer;
}

/**
 * JSON may be a list of connection strings, or an object with a list `resources` of objects that have a
 * `connectionString`, such as the ready file of the emulator. In lines, empty ones and those with `#` are left out.
 *
 * @throws {CommandError} that says which entry is wrong and never quotes it: it holds a secret
 */
export async function readResources(path: string): Promise<readonly ResourceAccess[]> {
  const texts = listOf(await read(path), path);
  if (texts.length === 0) {
    throw new CommandError(`${path} has no connection string; write one a line.`);
  }
  const resources = texts.map((text, index) => parseAccess(text, `Entry ${index + 1} of ${path}`));
  const twice = resources.find(({ endpoint }, index) => resources.findIndex((r) => r.endpoint === endpoint) < index);
  if (twice !== undefined) {
    throw new CommandError(`${path} names ${twice.label} twice; remove one of them.`);
  }
  return resources;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`The file of resources cannot be read (${reasonOf(error)}); name another: --resources.`);
  }
}

function listOf(text: string, path: string): unknown[] {
  if (!/^\s*[[{]/.test(text)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CommandError(`${path} is not valid JSON; write a list of connection strings, or one a line.`);
  }
  const list = Array.isArray(value) ? value : (value as { resources?: unknown }).resources;
  if (!Array.isArray(list)) {
    throw new CommandError(`${path} is neither a list of connection strings nor an object with a list "resources".`);
  }
  return list.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? (entry as { connectionString?: unknown }).connectionString : entry,
  );
}

function parseAccess(text: unknown, which: string): ResourceAccess {
  const [, address, key] =
    /^endpoint=([^;]+);accesskey=([A-Za-z0-9+/]+={0,2});?$/i.exec(typeof text === 'string' ? text.trim() : '') ?? [];
  if (address === undefined || key === undefined || !URL.canParse(address)) {
    throw new CommandError(`${which} is not a connection string; it looks like endpoint=https://...;accesskey=...`);
  }
  const { protocol, origin, host, hostname, pathname } = new URL(address);
  if (pathname !== '/') {
    throw new CommandError(`${which} has an endpoint with a path; leave the path out.`);
  }
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    throw new CommandError(`${which} has an endpoint without https; plain http is for this machine only.`);
  }
  return { endpoint: origin, label: host, accessKey: Buffer.from(key, 'base64') };
}
