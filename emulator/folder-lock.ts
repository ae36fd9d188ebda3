// One user a folder, held by a socket in it: the system closes it with its process, and tells processes of other containers
// too whether somebody still listens. Process ids cannot: in containers they are all the same.
import { hash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isErrorCode } from '../cli/write-file-atomically.js';

export interface FolderLock {
  release(): Promise<void>;
}

/** Somebody else has the folder. */
export class FolderInUse extends Error {
  /** Which process, as far as it said. */
  readonly owner: string;

  constructor(owner: string) {
    super(`in use by ${owner}`);
    this.owner = owner;
  }
}

/** Whoever accepts a connection and says nothing for so long is there all the same, but stopped. */
const silenceMs = 1_000;
/** How long one that is taking the folder may take. */
const decisionMs = 5_000;
const retryMs = 20;
/** Longer ones do not fit into the address of a socket, everywhere. */
const maxAddressBytes = 100;

type Answer = 'gone' | { readonly isHeld: boolean; readonly owner: string };

/**
 * Takes a folder, or says who has it. Each that wants it listens under a name of its own, then asks all others: names are
 * never used again, so those of the dead can be removed by anybody.
 *
 * @param kind folders have a lock for each kind
 * @throws {FolderInUse}
 */
export async function lockFolder(folder: string, kind: string): Promise<FolderLock> {
  return process.platform === 'win32' ? await lockPipe(folder, kind) : await lockSocket(folder, kind);
}

async function lockSocket(folder: string, kind: string): Promise<FolderLock> {
  const name = `${kind}-${randomBytes(8).toString('hex')}.lock`;
  let isHeld = false;
  const server = answering(() => isHeld);
  const door = await openDoor(folder, name);
  try {
    // Only whoever listens already gets the name by which others ask.
    await listen(server, join(door.path, `${name}.new`));
    await rename(join(folder, `${name}.new`), join(folder, name));
    for (const other of await othersOf(folder, kind, name)) {
      await outlast(folder, door.path, other, name);
    }
    isHeld = true;
  } catch (error) {
    await close(server, folder, name);
    throw error;
  } finally {
    await door.close();
  }
  return { release: () => close(server, folder, name) };
}

/** Windows: a name of the system, which is there as long as somebody listens. */
async function lockPipe(folder: string, kind: string): Promise<FolderLock> {
  const server = answering(() => true);
  const name = hash('sha256', (await realpath(folder)).toLowerCase(), 'hex').slice(0, 32);
  try {
    await listen(server, `\\\\.\\pipe\\acs-domicile-${kind}-${name}`);
  } catch (error) {
    throw isErrorCode(error, 'EADDRINUSE', 'EACCES') ? new FolderInUse('another process') : error;
  }
  return { release: () => close(server) };
}

function answering(isHeld: () => boolean): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${isHeld() ? 'held' : 'asks'} process ${process.pid} on ${hostname()}`);
  });
}

/** Returns when the other is gone, or has let the folder go. */
async function outlast(folder: string, door: string, other: string, own: string): Promise<void> {
  const deadline = performance.now() + decisionMs;
  for (;;) {
    const answer = await ask(join(door, other));
    if (answer === 'gone') {
      await rm(join(folder, other), { force: true });
      return;
    }
    // Of two that ask at once, the one whose name comes first goes on; it waits for what the other has decided.
    if (answer.isHeld || other < own || performance.now() > deadline) {
      throw new FolderInUse(answer.owner);
    }
    await delay(retryMs);
  }
}

async function ask(path: string): Promise<Answer> {
  return await new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    const settle = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    const stopped = { isHeld: true, owner: 'a process that does not answer' };
    socket.setTimeout(silenceMs, () => settle(stopped));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on('end', () => {
      const [, state, owner = ''] = /^(held|asks) (.{1,300})$/.exec(text) ?? [];
      settle(state === undefined ? stopped : { isHeld: state === 'held', owner });
    });
    // What is no socket, or one of somebody else, is for a person to look at.
    socket.on('error', (error) =>
      settle(isErrorCode(error, 'ECONNREFUSED', 'ENOENT') ? 'gone' : { isHeld: true, owner: `the owner of ${path}` }),
    );
  });
}

async function othersOf(folder: string, kind: string, own: string): Promise<string[]> {
  const form = new RegExp(`^${kind}-[0-9a-f]{16}\\.lock$`);
  return (await readdir(folder)).filter((name) => form.test(name) && name !== own).sort();
}

/** Addresses of sockets are short, folders may be deep: a link leads there, for as long as it is needed. */
async function openDoor(folder: string, name: string): Promise<{ path: string; close(): Promise<void> }> {
  if (Buffer.byteLength(join(folder, `${name}.new`)) <= maxAddressBytes) {
    return { path: folder, close: async () => undefined };
  }
  const hall = await mkdtemp(join(tmpdir(), 'domicile-'));
  await symlink(await realpath(folder), join(hall, 'f'));
  return { path: join(hall, 'f'), close: () => rm(hall, { recursive: true, force: true }) };
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, readableAll: true, writableAll: true }, resolve);
  });
  server.unref();
}

async function close(server: Server, folder?: string, name?: string): Promise<void> {
  if (folder !== undefined && name !== undefined) {
    for (const left of [name, `${name}.new`]) {
      // A folder that cannot be written keeps it; without a listener it means nothing.
      await rm(join(folder, left), { force: true }).catch(() => undefined);
    }
  }
  await new Promise<void>((resolve) => void server.close(() => resolve()));
}
