// The emulator never leaves the machine: whatever it listens on and connects to is loopback, from start to end.
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, untilReady } from './command-line.js';
import { converse } from './conversation.js';
import { observeSockets } from './sockets.js';
import { join } from 'node:path';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});

afterAll(() => sandbox.remove());

describe('the sockets of an emulator', () => {
  it('are all on loopback while it starts, serves a chat, and stops', async () => {
    const path = join(sandbox.folder, 'ready.json');
    const command = sandbox.run(['start', '--port', '0', '--ephemeral', '--quiet', '--ready-file', path]);
    const observation = observeSockets(command.process.pid ?? 0);
    const ready = await untilReady(command, path);
    expect(await converse(ready)).toEqual(['Hello from contoso-europe', 'Hello from contoso-unitedstates']);
    command.process.kill('SIGINT');
    await command.outcome;
    const { listening, connections, beyondLoopback } = observation.stop();
    expect([...beyondLoopback]).toEqual([]);
    expect(listening.size).toBeGreaterThanOrEqual(11); // control; per geography three of Azurite and two of the app
    expect(connections).toBeGreaterThan(4);
  });

  it('would be seen if they were not', async () => {
    const script = "require('net').createServer().listen(0, () => console.log('listening'))";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const { beyondLoopback } = observeSockets(child.pid ?? 0).stop();
    child.kill();
    expect(beyondLoopback.size).toBe(1);
  });
});
