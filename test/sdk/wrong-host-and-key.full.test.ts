// Requests signed in the way of Java's SDK, and requests signed with a key of another geography, at a running emulator.
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../emulator/command-line.js';
import { signedHeaders } from './owner-call.js';

let emulator: Emulator;
let sandbox: Sandbox;
let europe: EmulatorResource;
let germany: EmulatorResource;

beforeAll(async () => {
  [emulator, sandbox] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] }),
    createSandbox(),
  ]);
  [europe, germany] = emulator.resources as [EmulatorResource, EmulatorResource];
}, 90_000);
afterAll(async () => {
  await emulator?.dispose();
  await sandbox?.remove();
});

interface Sent {
  readonly accessKey: string;
  /** What the header `Host` says, and what is signed in its place. */
  readonly host: string;
  readonly signedHost: string;
  readonly port: number;
}

function createUser({ accessKey, host, signedHost, port }: Sent) {
  const target = '/identities?api-version=2023-10-01';
  const headers = { ...signedHeaders(accessKey, signedHost, { method: 'POST', target, text: '{}' }), host };
  return new Promise<{ status: number; error?: { innererror?: { message: string } } }>((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: target, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, ...(JSON.parse(text) as object) }));
    });
    sent.on('error', reject);
    sent.end('{}');
  });
}

const portOf = ({ endpoint }: EmulatorResource) => Number(new URL(endpoint).port);

describe('Java’s SDK', () => {
  it.each([
    ['over the client of the JDK, which sends the port', (port: number) => `localhost:${port}`],
    ['over Netty, which sends what is signed', () => 'localhost'],
  ])('gets in %s', async (_, hostAt) => {
    for (const resource of [europe, germany]) {
      const port = portOf(resource);
      const { accessKey } = resource;
      expect((await createUser({ accessKey, host: hostAt(port), signedHost: 'localhost', port })).status).toBe(201);
    }
  });
});

describe('a key of another geography', () => {
  it('is refused, and named', async () => {
    const port = portOf(europe);
    const host = `localhost:${port}`;
    const answer = await createUser({ accessKey: germany.accessKey, host, signedHost: host, port });
    expect(answer.status).toBe(401);
    expect(answer.error?.innererror?.message).toContain('a key of contoso-germany, which lies in germany');
  });

  it('is named by every command that is pointed to the wrong resource', async () => {
    const wrong = `endpoint=${europe.endpoint};accesskey=${germany.accessKey}`;
    await writeFile(join(sandbox.folder, 'resources.txt'), wrong);
    const commands = [
      ['privacy', 'identify', '--person', 'customer-17'],
      ['privacy', 'erase', '--person', 'customer-17'],
      ['retention', 'expired'],
      ['residency', 'audit'],
    ];
    for (const command of commands) {
      const args = [...command, '--resources', 'resources.txt'];
      const { code, stderr } = await sandbox.run(args, { NODE_EXTRA_CA_CERTS: emulator.ready.ca }).outcome;
      expect([command[0], code]).toEqual([command[0], 3]);
      expect(stderr).toContain('a key of contoso-germany, which lies in germany');
    }
  });
});
