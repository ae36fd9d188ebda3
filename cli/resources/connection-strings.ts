// Which resources a command goes through: a file of connection strings, as JSON or one a line.
import { readFile } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import type { ResourceAccess } from './access.js';
import { keyAccess } from './key-access.js';
import { isLoopbackHost } from './loopback-host.js';
import { type Management, parseManagement } from './management.js';

/** What such a file names. */
export interface NamedPlaces {
  readonly resources: readonly ResourceAccess[];
  /** Of lines `management=https://...`, with `;subscription=...` and `;geography=...` behind it for each that there is. */
  readonly managements: readonly Management[];
  /** Of the whole deployment; empty when the file does not say, as only the ready file of the emulator does. */
  readonly geographies: readonly string[];
}

/**
 * JSON may be a list of connection strings, or an object with a list `resources` of objects that have a
 * `connectionString`, such as the ready file of the emulator. In lines, empty ones and those with `#` are left out.
 *
 * @throws {CommandError} that says which entry is wrong and never quotes it: it holds a secret
 */
export async function readPlaces(path: string): Promise<NamedPlaces> {
  const { list: texts, geographies } = listOf(await read(path), path);
  if (texts.length === 0) {
    throw new CommandError(`${path} has no connection string; write one a line.`);
  }
  const entries = texts.map((text, index) => ({ text, which: `Entry ${index + 1} of ${path}` }));
  const resources = entries.flatMap(({ text, which }) => (isManagement(text) ? [] : [parseAccess(text, which)]));
  const twice = resources.find(({ endpoint }, index) => resources.findIndex((r) => r.endpoint === endpoint) < index);
  if (twice !== undefined) {
    throw new CommandError(`${path} names ${twice.label} twice; remove one of them.`);
  }
  const managements = entries.flatMap(({ text, which }) => (isManagement(text) ? [readManagement(text, which)] : []));
  return { resources, managements, geographies };
}

/** For commands that management has nothing for. */
export async function readResources(path: string): Promise<readonly ResourceAccess[]> {
  const { resources } = await readPlaces(path);
  if (resources.length === 0) {
    throw new CommandError(`${path} has no connection string; write one a line.`);
  }
  return resources;
}

function isManagement(text: unknown): text is string {
  return typeof text === 'string' && /^management=/i.test(text);
}

function readManagement(text: string, which: string): Management {
  const [address = '', ...rest] = text.replace(/;$/, '').slice('management='.length).split(';');
  const geographies = rest.flatMap((each) => /^geography=(.*)$/i.exec(each)?.[1] ?? []);
  const others = rest.filter((each) => !/^geography=/i.test(each));
  const subscriptions = others.map((each) => /^subscription=(.*)$/i.exec(each)?.[1] ?? '');
  return parseManagement({ address, subscriptions, geographies }, which);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`The file of resources cannot be read (${reasonOf(error)}); name another: --resources.`);
  }
}

function listOf(text: string, path: string): { readonly list: unknown[]; readonly geographies: readonly string[] } {
  if (!/^\s*[[{]/.test(text)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return { list: lines.filter((line) => line !== '' && !line.startsWith('#')), geographies: [] };
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
  const { geographies } = value as { geographies?: unknown };
  return {
    list: list.map((entry: unknown) =>
      typeof entry === 'object' && entry !== null ? (entry as { connectionString?: unknown }).connectionString : entry,
    ),
    geographies: typeof geographies === 'object' && geographies !== null ? Object.keys(geographies) : [],
  };
}

function parseAccess(text: unknown, which: string): ResourceAccess {
  const [, address, key] =
    /^endpoint=([^;]+);accesskey=([A-Za-z0-9+/]+={0,2});?$/i.exec(typeof text === 'string' ? text.trim() : '') ?? [];
  if (address === undefined || key === undefined || !URL.canParse(address)) {
    throw new CommandError(`${which} is not a connection string; it looks like endpoint=https://...;accesskey=...`);
  }
  const { protocol, origin, hostname, pathname } = new URL(address);
  if (pathname !== '/') {
    throw new CommandError(`${which} has an endpoint with a path; leave the path out.`);
  }
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    throw new CommandError(`${which} has an endpoint without https; plain http is for this machine only.`);
  }
  return keyAccess(origin, Buffer.from(key, 'base64'));
}
