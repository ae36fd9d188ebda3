// A function app that cannot live is not started for ever.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, descendantsOf, isRunning, type Sandbox } from './command-line.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});

afterAll(() => sandbox.remove());

function isFunctionApp(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('function-app-process');
  } catch {
    return false; // it has just ended
  }
}

describe('an emulator whose second function app dies whenever it is started', () => {
  it('gives up after five times, says so, and leaves nothing running', async () => {
    const emulator = await sandbox.start('--ephemeral', '--geographies', 'europe', '--instances', '2');
    const { pid: first } = emulator.ready.geographies['europe'] ?? { pid: 0 };
    let kills = 0;
    while (isRunning(emulator.ready.pid)) {
      const others = descendantsOf(emulator.ready.pid).filter((pid) => pid !== first && isRunning(pid));
      for (const pid of others.filter(isFunctionApp)) {
        process.kill(pid, 'SIGKILL');
        kills += 1;
      }
      await delay(30);
    }
    const { code, stderr } = await emulator.outcome;
    const lines = stderr.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/^The function app of europe \(instance 2\) stopped 5 times right after its start/);
    expect(lines.filter((line) => line.endsWith(' and is started again.'))).toHaveLength(4);
    expect(kills).toBe(5);
    expect(sandbox.processes()).toEqual([]);
  });
});
