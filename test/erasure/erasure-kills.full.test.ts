import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ErasingOrder } from './erasing-process.js';
import { openStage, type Stage } from './stage.js';

// Inside the project, because the packages that it needs are looked for from where it lies.
const program = 'dist/erasing-process.mjs';
const caseName = 'a person';
const kills = 5;

let stage: Stage;
beforeAll(async () => {
  const entry = 'test/erasure/erasing-process.ts';
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
  stage = await openStage();
});
afterAll(() => rm(program, { force: true }));

/** How the process ended, and the storage calls that it reported. */
async function runProcess(kill?: ErasingOrder['kill']): Promise<{ how: string | number; calls: number | undefined }> {
  const { connectionString, scene } = stage;
  const child = fork(program, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let calls: number | undefined;
  child.on('message', (count) => (calls = Number(count)));
  const order: ErasingOrder = { connectionString, scene, caseName, ...(kill !== undefined && { kill }) };
  child.send(order);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return { how: signal ?? code ?? 'unknown', calls };
}

it(`An erasure whose process is killed (SIGKILL) at ${kills} of its storage calls is ended by the next process, the same`, async () => {
  let calls = 0;
  const whole = await stage.perform(async () => {
    const { how, calls: counted = 0 } = await runProcess({ call: Number.MAX_SAFE_INTEGER, when: 'before' });
    expect(how).toBe(0);
    calls = counted;
    expect((await runProcess()).how).toBe(0);
  });
  expect(calls).toBeGreaterThan(100);
  expect(whole).not.toEqual(stage.untouched);
  const killed: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const call = Math.round(((kill + 0.5) * calls) / kills);
    const when = kill % 2 === 0 ? 'after' : 'before';
    const end = await stage.perform(async () => {
      expect((await runProcess({ call, when })).how).toBe('SIGKILL');
      killed.push(call);
      expect((await runProcess()).how).toBe(0);
    });
    expect(end, `killed ${when} call ${call}`).toEqual(whole);
  }
  await stage.close();
  console.log(`Processes were killed at the storage calls ${killed.join(', ')} of ${calls}.`);
  expect(killed).toHaveLength(kills);
});
