// What the terminal shows while an emulator runs: its start, a line a request, its end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';
import { createSandbox, type Sandbox, until } from './command-line.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.remove());

describe('the terminal', () => {
  it('shows the start, what was refused, and the end', async () => {
    const { process: supervisor, outcome, ready } = await sandbox.start('--ephemeral', '--geographies', 'europe');
    const [europe] = ready.resources;
    await fetch(`${europe?.httpEndpoint}/chat/threads?api-version=2025-03-15`);
    await fetch(`${europe?.httpEndpoint}/secret-path`, { method: 'POST' });
    if (europe !== undefined) {
      expect((await signedCall(europe, 'POST', '/persons/p-17/identifiers/:find', {})).status).toBeGreaterThan(399);
      expect((await signedCall(europe, 'GET', '/persons')).status).toBe(200);
    }
    supervisor.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['Starting europe ...', 'europe has started.']);
    expect(lines.slice(-2)).toEqual(['Stopping ...', 'Stopped.']);
    expect(stderr).toMatch(/^europe: GET chat-list-threads 401 \w+ \d+ ms$/m);
    expect(stderr).not.toContain('privacy-list-persons');
    expect(stderr).not.toMatch(/secret-path|p-17/);
  });

  it('ends in order, and without a stack, when whoever reads it has enough', async () => {
    const piped = ['bash', '-c', '"$@" | true; exit ${PIPESTATUS[0]}', 'bash'];
    const args = ['start', '--ephemeral', '--port', '0', '--geographies', 'europe'];
    const { code, stderr } = await sandbox.run(args, {}, piped).outcome;
    expect({ code, last: stderr.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: 'Stopped.' });
    expect(stderr).not.toContain('EPIPE');
  });

  it('ends in order too when nobody reads its log any more', async () => {
    const piped = ['bash', '-c', '"$@" 2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}', 'bash'];
    const args = ['start', '--ephemeral', '--port', '0', '--geographies', 'europe'];
    expect((await sandbox.run(args, {}, piped).outcome).code).toBe(0);
    await until(() => Promise.resolve(sandbox.processes().length === 0), 10_000);
  });

  it('takes a choice of what is shown', async () => {
    const refused = await sandbox.run(['start', '--log', 'everything']).outcome;
    expect(refused).toMatchObject({ code: 2, stderr: '--log takes requests, errors, off, not "everything".\n' });
  });
});

describe('the request log', () => {
  const lines: string[] = [];
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({
      ephemeral: true,
      geographies: ['europe'],
      requestLog: 'requests',
      log: (line) => lines.push(line),
      limits: { 'chat.changeMessages': [{ per: 'thread', count: 1, window: '1h' }] },
    });
  });
  afterAll(() => emulator?.dispose());

  it('has a line for all that was answered, and says how long a client is told to wait', async () => {
    const [europe] = emulator.resources;
    if (europe === undefined) {
      throw new Error('There is no resource.');
    }
    const { id, token, chat } = await newUser(emulator, europe);
    const { chatThread } = await chat.createChatThread({ topic: 'Quiet' });
    const send = () =>
      fetch(`${europe.httpEndpoint}/chat/threads/${chatThread?.id}/messages?api-version=2025-03-15`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"content":"hello","type":"text"}',
      });
    expect([(await send()).status, (await send()).status]).toEqual([201, 429]);
    await until(() => lines.some((line) => line.includes('429')), 2_000);
    const text = lines.join('\n');
    expect(text).toMatch(/^europe: POST identity-create 201 \d+ ms$/m);
    expect(text).toMatch(/^europe: POST chat-send-message 201 \d+ ms$/m);
    expect(text).toMatch(
      /^europe: POST chat-send-message 429 TooManyRequests \d+ ms; the client is told to wait \d+ s$/m,
    );
    for (const secret of [id, token, chatThread?.id ?? '', 'hello', 'Quiet']) {
      expect(text).not.toContain(secret);
    }
  });
});
