// What was confirmed is kept; where the disk does not let it, nothing more is confirmed, somebody is told, and the end says so.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Outcome,
  type RunningCommand,
  type Sandbox,
  createSandbox,
  descendantsOf,
  untilReady,
} from './command-line.js';
import { begin, countLost, type Sent, sendUntil } from './confirmed-messages.js';
import type { ReadyFile } from '../../emulator/contract.js';

let sandbox: Sandbox;
const mounted: string[] = [];

beforeAll(async () => {
  sandbox = await createSandbox();
});
afterEach(() => {
  for (const path of mounted.splice(0)) {
    execFileSync('umount', ['-l', path]);
  }
});
afterAll(() => sandbox.remove());

const content = 'x'.repeat(2_000);
const europe = ['--geographies', 'europe'];

type Running = RunningCommand & { readonly ready: ReadyFile };

/** What became of it when the same folder is used again. */
async function afterwards(folder: string, conversation: Parameters<typeof countLost>[1], sent: Sent) {
  const again = await sandbox.start(...europe, '--data', folder);
  const lost = await countLost(again.ready, conversation, sent);
  again.process.kill('SIGTERM');
  expect((await again.outcome).code).toBe(0);
  return { lost, of: sent.confirmed.length };
}

/** Nobody was told that something was kept after the trouble was known, and the command tells of it. */
function expectTold({ code, stderr }: Outcome, reason: RegExp, { refusals }: Sent): void {
  expect(code).toBe(1);
  expect(stderr).toMatch(reason);
  expect(stderr).not.toContain('node:internal/process/promises');
  expect([...refusals.keys()].filter((outcome) => outcome !== 'none' && outcome !== '503')).toEqual([]);
}

async function sendUntilGone({ ready, outcome }: Running, trouble: (confirmed: number) => void) {
  const conversation = await begin(ready);
  const sent = await sendUntil(ready, conversation, { content, isOver: () => false, onConfirmed: trouble });
  return { conversation, sent, ended: await outcome };
}

function canMount(): boolean {
  try {
    const path = execFileSync('mktemp', ['-d']).toString().trim();
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    return false;
  }
}

async function mount(name: string, megabytes: number): Promise<string> {
  const path = join(sandbox.folder, name);
  await mkdir(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  mounted.push(path);
  return path;
}

describe('A disk that gives out', () => {
  it.skipIf(!canMount())('and is full costs nothing that was confirmed: there is room for it to the end', async () => {
    const disk = await mount('full', 20);
    const running = await sandbox.start(...europe, '--data', disk);
    const { conversation, sent, ended } = await sendUntilGone(running, (count) => {
      if (count === 50) {
        execFileSync('dd', ['if=/dev/zero', `of=${disk}/else`, 'bs=1M', 'count=8'], { stdio: 'ignore' });
      }
    });
    expectTold(ended, /^The storage \(Azurite\) of europe cannot write to .*MiB are free.* takes nothing more/m, sent);
    expect(ended.stderr).not.toContain('Not all data');
    execFileSync('rm', [`${disk}/else`]);
    const { lost } = await afterwards(disk, conversation, sent);
    process.stdout.write(`Full disk: ${lost} of ${sent.confirmed.length} lost\n`);
    expect(lost).toBe(0);
  });

  it.skipIf(!canMount())('and can only be read any more ends it', async () => {
    const disk = await mount('read-only', 40);
    const running = await sandbox.start(...europe, '--data', disk);
    const { conversation, sent, ended } = await sendUntilGone(running, (count) => {
      if (count === 300) {
        execFileSync('mount', ['-o', 'remount,ro', disk]);
      }
    });
    expectTold(ended, /^The storage \(Azurite\) of europe cannot write to .*read-only file system/m, sent);
    expect(ended.stderr).toContain('what was confirmed in the last moments is lost');
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    const { lost } = await afterwards(disk, conversation, sent);
    process.stdout.write(`Read-only: ${lost} of ${sent.confirmed.length} lost\n`);
    // Those of the moment since the last writing.
    expect(lost).toBeLessThan(sent.confirmed.length / 2);
  });

  it('as files may not grow any more ends it', async () => {
    const path = join(sandbox.folder, 'ready-limited.json');
    const args = ['start', ...europe, '--port', '0', '--ready-file', path, '--data', 'limited'];
    // In units of a kibibyte; no process may write more into a file.
    const command = sandbox.run(args, {}, ['bash', '-c', 'ulimit -f 600; exec "$0" "$@"']);
    const running = { ...command, ready: await untilReady(command, path) };
    const { sent, ended } = await sendUntilGone(running, () => undefined);
    expectTold(ended, /^The storage \(Azurite\) of europe cannot write to .*EFBIG/m, sent);
    expect(ended.stderr).toContain('what was confirmed in the last moments is lost');
  });

  it('is told of at the end too, when the last data cannot be written', async () => {
    const running = await sandbox.start(...europe, '--data', 'moved');
    const conversation = await begin(running.ready);
    await sendUntil(running.ready, conversation, {
      content,
      isOver: (count) => count >= 20,
    });
    await rename(join(sandbox.folder, 'moved'), join(sandbox.folder, 'moved-away'));
    running.process.kill('SIGTERM');
    const { code, stderr } = await running.outcome;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/moved\/europe\/azurite.*\n/) });
  });

  it.skipIf(process.getuid?.() !== 0)('and takes nothing at the start keeps it from starting', async () => {
    const { code, stderr } = await sandbox.run(['start', '--data', '/sys/fs']).outcome;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The data folder \/sys\/fs cannot be used/m);
  });

  it.skipIf(process.getuid?.() === 0)('and may not be written at the start keeps it from starting', async () => {
    const folder = join(sandbox.folder, 'closed');
    await mkdir(folder);
    await chmod(folder, 0o500);
    const { code, stderr } = await sandbox.run(['start', '--data', folder]).outcome;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The data folder .*closed cannot be used/m);
  });
});

describe('Of what was confirmed', () => {
  /** Azurite writes 200 ms after the last writing; some time goes by until it is killed, and a machine may be busy. */
  const unwrittenMs = 1_500;

  async function sendAndKill(folder: string, whom: (running: Running) => readonly number[]) {
    const running = await sandbox.start(...europe, '--data', folder);
    const conversation = await begin(running.ready);
    const times: number[] = [];
    let killedAt = Number.POSITIVE_INFINITY;
    const sent = await sendUntil(running.ready, conversation, {
      content,
      isOver: () => performance.now() > killedAt + 200,
      onConfirmed(count) {
        times.push(performance.now());
        if (count === 400) {
          killedAt = performance.now();
          for (const pid of whom(running)) {
            process.kill(pid, 'SIGKILL');
          }
        }
      },
    });
    const ended = await running.outcome;
    const recent = times.filter((time) => time > killedAt - unwrittenMs).length;
    return { ended, recent, ...(await afterwards(folder, conversation, sent)) };
  }

  const storageOf = ({ ready }: Running) =>
    descendantsOf(ready.pid).filter((pid) => pid !== ready.geographies['europe']?.pid);

  it('the last moment is lost when Azurite is killed, and nothing before it', async () => {
    const { ended, lost, recent, of } = await sendAndKill('killed', storageOf);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('stopped unexpectedly (SIGKILL)') });
    expect(of).toBeGreaterThanOrEqual(400);
    expect(lost).toBeLessThanOrEqual(recent);
    expect(lost).toBeLessThan(of / 2);
    process.stdout.write(`Azurite killed: ${lost} of ${of} lost\n`);
  });

  it('the last moment is lost when everything is killed, and nothing before it', async () => {
    const { lost, recent, of } = await sendAndKill('all-killed', ({ ready }) => [
      ready.pid,
      ...descendantsOf(ready.pid),
    ]);
    expect(lost).toBeLessThanOrEqual(recent);
    expect(lost).toBeLessThan(of / 2);
    process.stdout.write(`Everything killed: ${lost} of ${of} lost\n`);
  });

  it('nothing is lost when it is stopped, or when only the supervisor is killed', async () => {
    for (const [folder, signal] of [
      ['stopped', 'SIGTERM'],
      ['supervisor', 'SIGKILL'],
    ] as const) {
      const running = await sandbox.start(...europe, '--data', folder);
      const conversation = await begin(running.ready);
      const sent = await sendUntil(running.ready, conversation, {
        content,
        isOver: (count) => count >= 200,
        onConfirmed: (count) => count === 200 && running.process.kill(signal),
      });
      await running.outcome;
      expect(await afterwards(folder, conversation, sent)).toEqual({ lost: 0, of: sent.confirmed.length });
    }
  });
});

it('A file of somebody else in the data folder, or a link to nowhere, stops no start', async () => {
  const folder = join(sandbox.folder, 'links');
  await mkdir(folder);
  await symlink('/nowhere/lock', join(folder, 'emulator.lock'));
  await symlink('/nowhere/lock', join(folder, 'emulator-0123456789abcdef.lock'));
  await writeFile(join(folder, 'notes.txt'), '');
  const { process: command, outcome } = await sandbox.start(...europe, '--data', folder);
  command.kill('SIGTERM');
  expect((await outcome).code).toBe(0);
});
