// The stronger proofs that the emulator needs and seeks no network: the kernel's record of its calls, and none to use.
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, untilReady } from './command-line.js';
import { converse } from './conversation.js';

const can = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;
const canTrace = can('strace', '-f', '-o', '/dev/null', 'true');
const isolated = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'] as const;
const canIsolate = can(isolated[0], ...isolated.slice(1), 'true');
const project = fileURLToPath(new URL('../..', import.meta.url));

const talk = `
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { startEmulator } from 'acs-domicile/emulator';
const emulator = await startEmulator({ ephemeral: true });
for (const { connectionString } of emulator.resources) {
  const client = new CommunicationIdentityClient(connectionString, emulator.clientOptions);
  await client.createUserAndToken(['chat']);
}
await emulator.dispose();
`;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});

afterAll(() => sandbox.remove());

describe('an emulator', () => {
  it.skipIf(!canTrace)('asks the kernel for no address but loopback (needs strace)', async () => {
    const trace = join(sandbox.folder, 'trace');
    const path = join(sandbox.folder, 'ready.json');
    const strace = ['strace', '-f', '--seccomp-bpf', '-e', 'trace=connect,bind,sendto,sendmsg,sendmmsg', '-o', trace];
    const command = sandbox.run(['start', '--port', '0', '--ephemeral', '--ready-file', path], {}, strace);
    const ready = await untilReady(command, path);
    await converse(ready);
    process.kill(ready.pid, 'SIGINT');
    await command.outcome;
    const calls = (await readFile(trace, 'utf8')).split('\n');
    const addressed = calls.filter((call) => /sa_family=AF_INET6?\b/.test(call));
    expect(addressed.length).toBeGreaterThan(10);
    expect(addressed.filter((call) => !/inet_addr\("127\.\d+\.\d+\.\d+"\)|AF_INET6, "::1"/.test(call))).toEqual([]);
  });

  it.skipIf(!canIsolate)('works where there is no network but loopback (needs unshare and ip)', async () => {
    const [unshare, ...args] = isolated;
    await promisify(execFile)(unshare, [...args, process.execPath, '--input-type=module', '-e', talk], {
      cwd: project,
      timeout: 60_000,
    });
  });
});
