// How fast the emulator starts and stops and how much memory it takes: promises of the README, measured as users do.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyFile } from '../../emulator/contract.js';
import {
  createSandbox,
  descendantsOf,
  type Outcome,
  type Sandbox,
  until,
  untilReady,
} from '../emulator/command-line.js';
import { converse } from '../emulator/conversation.js';
import { median, memoryOf, report, seconds } from './measure.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const runs = 5;
const idleAfterMs = 3_000;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});

afterAll(() => sandbox.remove());

interface Started {
  readonly ready: ReadyFile;
  readonly startMs: number;
  /** Presses Ctrl-C: the terminal sends the signal to npm and to what npm has started. @returns ms until all is gone */
  interrupt(): Promise<number>;
}

/** Runs `npm start` as in a terminal: in a process group of its own. */
async function npmStart(...args: readonly string[]): Promise<Started> {
  const path = join(sandbox.folder, 'ready.json');
  await rm(path, { force: true });
  const since = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--port', '0', '--quiet', '--ready-file', path, ...args], {
    cwd: project,
    env: { ...process.env, TMPDIR: sandbox.folder },
    stdio: 'ignore',
    detached: true,
  });
  const outcome = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout: '', stderr: '' }));
  });
  const ready = await untilReady({ process: child, outcome }, path);
  return {
    ready,
    startMs: performance.now() - since,
    async interrupt() {
      const from = performance.now();
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await until(() => sandbox.processes().length === 0, 10_000);
      return performance.now() - from;
    },
  };
}

describe('the emulator', () => {
  const kept = () => ['--data', join(sandbox.folder, 'kept')];

  it(`answers within 5 s of npm start with two geographies, and is gone 3 s after Ctrl-C`, async () => {
    await (await npmStart(...kept())).interrupt(); // makes the data folder and the CA, and warms the disk
    const starts: number[] = [];
    const stops: number[] = [];
    for (let run = 0; run < runs; run++) {
      const { ready, startMs, interrupt } = await npmStart(...kept());
      await converse(ready);
      starts.push(startMs);
      stops.push(await interrupt());
    }
    report('npm start to ready, two geographies, median', seconds(median(starts)), 'at most 5 s');
    report('Ctrl-C to all gone, the longest', seconds(Math.max(...stops)), 'at most 3 s');
    expect(median(starts)).toBeLessThanOrEqual(5_000);
    expect(Math.max(...stops)).toBeLessThanOrEqual(3_000);
  });

  it('starts as a library within 3 s', async () => {
    const starts: number[] = [];
    for (let run = 0; run < runs; run++) {
      const since = performance.now();
      const emulator = await startEmulator({ ephemeral: true });
      starts.push(performance.now() - since);
      await emulator.dispose();
    }
    report('startEmulator({ ephemeral: true }), median', seconds(median(starts)), 'at most 3 s');
    expect(median(starts)).toBeLessThanOrEqual(3_000);
  });

  it('is as new within a second, with two geographies in use', async () => {
    const emulator = await startEmulator({ ephemeral: true });
    const resets: number[] = [];
    for (let run = 0; run < runs; run++) {
      await converse(emulator.ready);
      const since = performance.now();
      await emulator.reset();
      resets.push(performance.now() - since);
    }
    await emulator.dispose();
    report('reset(), two geographies, the longest', seconds(Math.max(...resets)), 'at most 1 s');
    expect(Math.max(...resets)).toBeLessThanOrEqual(1_000);
  });

  it('takes at most 600 MB when it is idle after its start', async () => {
    const { ready, interrupt } = await npmStart(...kept());
    await delay(idleAfterMs);
    const megabytes = memoryOf([ready.pid, ...descendantsOf(ready.pid)]);
    report('memory of all processes, idle (PSS)', `${megabytes.toFixed(0)} MB`, 'at most 600 MB');
    await interrupt();
    expect(megabytes).toBeLessThanOrEqual(600);
  });

  it('runs all sixteen geographies at once in 3 GB, each in use', async () => {
    const { ready, startMs, interrupt } = await npmStart('--ephemeral', '--geographies', 'all');
    expect(Object.keys(ready.geographies)).toHaveLength(16);
    expect(await converse(ready)).toHaveLength(16);
    await delay(idleAfterMs);
    const megabytes = memoryOf([ready.pid, ...descendantsOf(ready.pid)]);
    const stopMs = await interrupt();
    report('sixteen geographies: start', seconds(startMs));
    report(
      'sixteen geographies: memory after a conversation in each (PSS)',
      `${megabytes.toFixed(0)} MB`,
      'at most 3 GB',
    );
    report('sixteen geographies: Ctrl-C to all gone', seconds(stopMs));
    expect(megabytes).toBeLessThanOrEqual(3_000);
  });
});
