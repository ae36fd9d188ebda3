// An emulator that is to be attacked: a thread with images, a user who behaves, one who does not. Attackers come from
// another address of this machine, as they come from another of the network.
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Emulator, EmulatorResource } from 'acs-domicile/emulator';
import { ownerCallOf } from '../geography/raw-call.js';

export const attackersAddress = '127.0.0.66';

export interface LoadUser {
  readonly id: string;
  readonly token: string;
}

export interface AttackedWorld {
  readonly europe: EmulatorResource;
  /** Ports of the app of Europe, and of the one of another geography that passes on to it. */
  readonly ports: { readonly here: number; readonly elsewhere: number };
  /** As a client names the resource. */
  readonly host: string;
  readonly pid: number;
  readonly good: LoadUser;
  readonly bad: LoadUser;
  /** Of both users. */
  readonly thread: string;
  /** Of both users, with long messages. */
  readonly longThread: string;
  readonly smallImage: string;
  readonly largeImage: string;
}

const version = 'api-version=2025-03-15';
export const chat = (path: string) => `/chat/threads/${path}?${version}`;

export interface LoadCall {
  readonly port: number;
  readonly host: string;
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  readonly localAddress?: string;
  readonly timeoutMs?: number;
}

/** @throws when it is not answered in time */
export async function ask(call: LoadCall): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { port, host, method = 'GET', target, headers, body, agent, localAddress, timeoutMs = 20_000 } = call;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: target,
      headers: { host, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }), ...headers },
      ...(agent !== undefined && { agent }),
      ...(localAddress !== undefined && { localAddress }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    sent.once('response', resolve).once('error', reject);
    sent.end(body);
  });
  return { status: answer.statusCode ?? 0, body: await buffer(answer) };
}

export async function prepare(emulator: Emulator): Promise<AttackedWorld> {
  const europe = resourceOf(emulator, 'europe');
  const here = Number(new URL(europe.endpoint).port);
  const elsewhere = Number(new URL(emulator.ready.geographies['uk']?.app ?? '').port);
  const { host } = new URL(europe.endpoint);
  const newUser = async (scope: string): Promise<LoadUser> => {
    const call = ownerCallOf(europe, 'POST', '/identities?api-version=2023-10-01', { createTokenWithScopes: [scope] });
    const made = JSON.parse((await ask({ ...call, port: here })).body.toString()) as {
      identity: { id: string };
      accessToken: { token: string };
    };
    return { id: made.identity.id, token: made.accessToken.token };
  };
  const good = await newUser('chat');
  const bad = await newUser('chat.join.limited');
  const participants = [good, bad].map(({ id }) => ({
    communicationIdentifier: { rawId: id, communicationUser: { id } },
  }));
  const newThread = async (): Promise<string> => {
    const created = await ask({
      port: here,
      host,
      method: 'POST',
      target: `/chat/threads?${version}`,
      headers: { ...as(good), 'content-type': 'application/json' },
      body: JSON.stringify({ topic: 'Tea', participants }),
    });
    const { chatThread } = JSON.parse(created.body.toString()) as { chatThread: { id: string } };
    return encodeURIComponent(chatThread.id);
  };
  const world = { europe, ports: { here, elsewhere }, host, pid: emulator.ready.geographies['europe']?.pid ?? 0 };
  const [thread, longThread] = [await newThread(), await newThread()];
  const long = JSON.stringify({ content: 'tea '.repeat(6_000) });
  for (let sent = 0; sent < 150; sent++) {
    const headers = { ...as(good), 'content-type': 'application/json' };
    await ask({ port: here, host, method: 'POST', target: chat(`${longThread}/messages`), headers, body: long });
  }
  const imageOf = async (bytes: number) => {
    const sent = await ask({ ...uploadOf({ ...world, thread }, good, Buffer.alloc(bytes, 1)), port: here });
    return (JSON.parse(sent.body.toString()) as { id: string }).id;
  };
  const smallImage = await imageOf(2_000);
  const largeImage = await imageOf(15 * 1_048_576);
  return { ...world, good, bad, thread, longThread, smallImage, largeImage };
}

export function as({ token }: LoadUser): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

export function uploadOf(
  { host, thread }: Pick<AttackedWorld, 'host' | 'thread'>,
  user: LoadUser,
  body: Buffer,
): Omit<LoadCall, 'port'> & { readonly headers: Record<string, string> } {
  const headers = { ...as(user), 'content-type': 'image/png', 'image-filename': 'a.png' };
  return { host, method: 'POST', target: chat(`${thread}/images`), headers, body };
}

export function viewOf({ host, thread }: AttackedWorld, user: LoadUser, image: string): Omit<LoadCall, 'port'> {
  return { host, target: chat(`${thread}/images/${image}/views/original`), headers: as(user) };
}

/** Memory of the app of Europe, MB. */
export function memoryOf({ pid }: AttackedWorld): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

function resourceOf(emulator: Emulator, geography: string): EmulatorResource {
  const found = emulator.ready.resources.find((each) => each.geography === geography);
  if (found === undefined) {
    throw new Error(`There is no resource in ${geography}.`);
  }
  return found;
}
