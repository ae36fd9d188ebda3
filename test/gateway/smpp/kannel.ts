// Debian's Kannel as another customer of an SMSC: its bearer box speaks SMPP, its SMS box HTTP. It notes what arrives at it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { request } from 'undici';
import type { Smsc } from './smsc.js';

export interface Kannel {
  readonly arrived: { readonly from: string; readonly to: string; readonly text: string }[];
  send(from: string, to: string, text: string): Promise<string>;
  close(): Promise<void>;
}

/** As Kannel writes them into an address. */
const octetsOf = (escaped: string): Buffer =>
  Buffer.from(
    escaped
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  );

const textOf = (octets: Buffer, isWide: boolean): string =>
  isWide ? Buffer.from(octets).swap16().toString('utf16le') : octets.toString('utf8');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function startKannel(smsc: Smsc): Promise<Kannel> {
  const arrived: Kannel['arrived'][number][] = [];
  let isReady = false;
  const web = createHttp((incoming, response) => {
    const [from = '', to = '', coding = '', octets = ''] = (incoming.url ?? '').split('/').slice(1);
    const text = textOf(octetsOf(octets), coding === '2');
    isReady ||= text === 'ready';
    if (text !== 'ready') {
      arrived.push({ from: textOf(octetsOf(from), false), to: textOf(octetsOf(to), false), text });
    }
    response.end();
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const [admin, boxes, sending] = [await freePort(), await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'domicile-kannel-'));
  const configuration = join(folder, 'kannel.conf');
  await writeFile(
    configuration,
    `
group = core
admin-port = ${admin}
admin-interface = 127.0.0.1
admin-password = placeholder
smsbox-port = ${boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
box-deny-ip = *.*.*.*
dlr-storage = internal
log-level = 0

group = smsc
smsc = smpp
smsc-id = test
host = 127.0.0.1
port = ${smsc.port}
smsc-username = kannel
smsc-password = kannel
system-type = ""
transceiver-mode = true
interface-version = 34
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sending}
sendsms-interface = 127.0.0.1
log-level = 0

group = sendsms-user
username = test
password = test
concatenation = true
max-messages = 10

group = sms-service
keyword = default
get-url = "http://127.0.0.1:${(web.address() as AddressInfo).port}/%p/%P/%c/%b"
catch-all = true
max-messages = 0
assume-plain-text = true
`,
  );
  const children: ChildProcess[] = [];
  const start = (program: string): void => {
    children.push(spawn(program, [configuration], { cwd: folder, stdio: 'ignore' }));
  };
  const close = async (): Promise<void> => {
    await Promise.all(children.map(end));
    web.close();
    web.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  };
  const send = async (from: string, to: string, text: string): Promise<string> => {
    const isGsm = [...text].every((character) => character <= 'ÿ' || character === '€');
    const query = new URLSearchParams({ username: 'test', password: 'test', from, to, text, charset: 'UTF-8' });
    query.set('coding', isGsm ? '0' : '2');
    const answer = await request(`http://127.0.0.1:${sending}/cgi-bin/sendsms?${query}`);
    return answer.body.text();
  };
  try {
    start('/usr/sbin/bearerbox');
    await vi.waitUntil(() => smsc.binds.some(({ systemId }) => systemId === 'kannel'), { timeout: 30_000 });
    start('/usr/sbin/smsbox');
    // What arrives is led to the SMS box some time after all else says that it is there.
    const socket = smsc.binds.find(({ systemId }) => systemId === 'kannel')?.socket;
    const tryIt = (): boolean => {
      void smsc.deliver({ octets: Buffer.from('ready') }, socket);
      return isReady;
    };
    await vi.waitUntil(tryIt, { timeout: 30_000, interval: 200 });
    return { arrived, send, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
