// How the command line downloads archives: the rest after a break, the hash, one folder at the end. The resource is a
// double on this machine: connections have to break at a byte that the test chooses.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, until } from './command-line.js';

interface Double {
  readonly server: Server;
  readonly label: string;
  /** Requests for the archive, by their `Range`. */
  readonly ranges: (string | undefined)[];
  /** How many bytes each answer gives before the connection breaks; `hang` gives them and waits. */
  readonly breaks: { after: number; hang?: boolean }[];
  starts: number;
  /** Host of the address where the operation is said to be; its own. */
  watchedAt: string;
  sha256: string;
}

const archive = randomBytes(300_000);
const operation = '/privacy/operations/op-1?api-version=2026-12-01';
let sandbox: Sandbox;
let doubles: Double[];

beforeAll(async () => {
  [sandbox, doubles] = await Promise.all([createSandbox(), Promise.all([startDouble(), startDouble()])]);
});
afterAll(async () => {
  for (const { server } of doubles) {
    server.closeAllConnections();
    server.close();
  }
  await sandbox?.remove();
});

async function startDouble(): Promise<Double> {
  const server = createServer((request, response) => answer(double, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const label = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const double: Double = {
    server,
    label,
    watchedAt: label,
    ranges: [],
    breaks: [],
    starts: 0,
    sha256: createHash('sha256').update(archive).digest('hex'),
  };
  return double;
}

function answer(double: Double, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '', 'http://double');
  if (!request.headers.authorization?.startsWith('HMAC-SHA256 ')) {
    response.writeHead(401).end('{}');
  } else if (pathname === '/persons/customer-17') {
    response.end('{"personId":"customer-17","identifiers":["anna@example.org"]}');
  } else if (pathname === '/privacy/:export') {
    double.starts += 1;
    const address = `http://${double.watchedAt}${operation}`;
    response.writeHead(202, { 'operation-location': address }).end('{"id":"op-1","status":"running"}');
  } else if (pathname === '/privacy/operations/op-1') {
    const contentLocation = '/privacy/exports/op-1/content';
    const result = { sizeBytes: archive.length, sha256: double.sha256, contentLocation };
    response.end(JSON.stringify({ id: 'op-1', status: 'succeeded', result }));
  } else if (pathname === '/privacy/exports/op-1/content') {
    sendArchive(double, request.headers.range, response);
  } else {
    response.writeHead(404).end('{}');
  }
}

function sendArchive({ ranges, breaks }: Double, range: string | undefined, response: ServerResponse): void {
  ranges.push(range);
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const rest = archive.subarray(start);
  response.writeHead(start === 0 ? 200 : 206, {
    'content-length': rest.length,
    ...(start > 0 && { 'content-range': `bytes ${start}-${archive.length - 1}/${archive.length}` }),
  });
  const { after, hang = false } = breaks.shift() ?? { after: rest.length };
  response.write(rest.subarray(0, after), () => {
    if (after >= rest.length) {
      response.end();
    }
    // What was written must arrive before the break.
    else if (!hang) {
      setTimeout(() => response.destroy(), 20);
    }
  });
}

const inSandbox = (...names: string[]) => join(sandbox.folder, ...names);
const fileOf = ({ label }: Double) => `${label.replace(':', '-')}.zip`;

async function exporting(out: string, which: readonly Double[] = doubles) {
  const lines = which.map(({ label }) => `endpoint=http://${label}/;accesskey=${Buffer.alloc(64).toString('base64')}`);
  await writeFile(inSandbox('resources.txt'), lines.join('\n'));
  const whom = ['--person', 'customer-17', '--resources', 'resources.txt'];
  return sandbox.run(['privacy', 'export', ...whom, '--out', out, '--json']);
}

describe('acs-domicile privacy export', () => {
  it('goes on after a break and after Ctrl-C where it was, and ends with one folder', async () => {
    const [first, second] = doubles as [Double, Double];
    first.breaks.push({ after: 100_000 });
    second.breaks.push({ after: 200_000, hang: true });
    const stopped = await exporting('archives');
    const part = inSandbox('archives', `${fileOf(second)}.part`);
    const done = inSandbox('archives', fileOf(first));
    await until(async () => existsSync(done) && existsSync(part) && (await stat(part)).size === 200_000, 10_000);
    stopped.process.kill('SIGINT');
    expect(await stopped.outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('Stopped.') });

    const { code, stdout } = await (await exporting('archives')).outcome;
    expect(code).toBe(0);
    expect(first.ranges).toEqual([undefined, 'bytes=100000-']);
    expect(second.ranges).toEqual([undefined, 'bytes=200000-']);
    expect([first.starts, second.starts]).toEqual([1, 1]);
    for (const double of doubles) {
      const path = inSandbox('archives', fileOf(double));
      expect((await readFile(path)).equals(archive)).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(inSandbox('archives', 'manifest.json'), 'utf8')));
    expect(JSON.parse(stdout)).toMatchObject({
      personId: 'customer-17',
      archives: doubles.map((double) => ({ file: fileOf(double), sizeBytes: archive.length })),
    });
    expect(existsSync(inSandbox('archives', 'unfinished.json'))).toBe(false);
  });

  it('keeps no archive whose hash is wrong', async () => {
    const [first] = doubles as [Double];
    first.sha256 = createHash('sha256').update('another').digest('base64');
    const { code, stderr } = await (await exporting('damaged', [first])).outcome;
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('arrived damaged') });
    expect(existsSync(inSandbox('damaged', fileOf(first)))).toBe(false);
    expect(existsSync(inSandbox('damaged', `${fileOf(first)}.part`))).toBe(false);
  });

  it('sends nothing to another host than the resource’s own', async () => {
    const [first, second] = doubles as [Double, Double];
    const asked = second.ranges.length;
    first.watchedAt = second.label;
    const { code, stderr } = await (await exporting('elsewhere', [first])).outcome;
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('names an address of another') });
    expect(second.ranges).toHaveLength(asked);
  });
});
