// What loading the package costs: a whole process that starts, loads and registers, beside one that does so with a
// single function. Medians of nine, turn by turn.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unpackPackage, type UnpackedPackage } from './unpacked-package.js';

const maxMoreMs = 130;
const rounds = 9;

/** Provides what the Functions worker provides, loads the entry, and tells what it cost the processor. */
const worker = `
  import Module from 'node:module';
  let registered = 0;
  const core = {
    version: '3.12.0', hostVersion: '4.1037.0', Disposable: class {},
    registerFunction: () => { registered += 1; return {}; }, registerHook: () => ({}),
    setProgrammingModel() {}, getProgrammingModel() {}, log() {},
  };
  const { require } = Module.prototype;
  Module.prototype.require = function (name) {
    return name === '@azure/functions-core' ? core : Reflect.apply(require, this, [name]);
  };
  await import(process.argv[2]);
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ registered, cpuMs: (user + system) / 1000 }));
  process.exit(0);
`;
const helloWorld = `
  import { app } from '@azure/functions';
  app.http('hello', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({ body: 'Hello' }) });
`;
const nowhere = ['Table', 'Blob', 'Queue'].map((service) => `${service}Endpoint=http://127.0.0.1:9/nowhere`).join(';');

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly registered: number;
}

let unpacked: UnpackedPackage;

beforeAll(async () => {
  unpacked = await unpackPackage();
  await writeFile(join(unpacked.folder, 'worker.mjs'), worker);
  await writeFile(join(unpacked.folder, 'hello.mjs'), helloWorld);
});

afterAll(() => unpacked.remove());

function start(entry: string): Start {
  const before = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, ['worker.mjs', entry], {
    cwd: unpacked.folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_MASTER_SECRET: Buffer.alloc(32, 1).toString('base64'),
      DOMICILE_DEFAULT_RESOURCE: 'contoso-europe',
      DOMICILE_EMULATOR: '1',
      AzureWebJobsStorage: `AccountName=nowhere;AccountKey=${Buffer.alloc(64).toString('base64')};${nowhere}`,
    },
  });
  const wallMs = performance.now() - before;
  if (stdout === '') {
    throw new Error(`The process failed: ${stderr.slice(-1_000)}`);
  }
  return { wallMs, ...(JSON.parse(stdout) as { registered: number; cpuMs: number }) };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

it('loads with at most 130 ms more than a one-function app', () => {
  const small: Start[] = [];
  const ours: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    small.push(start('./hello.mjs'));
    ours.push(start(unpacked.entry));
  }
  expect(small[0]?.registered).toBe(1);
  expect(ours[0]?.registered).toBeGreaterThan(30);
  const more = (read: (start: Start) => number) => Math.round(median(ours.map(read)) - median(small.map(read)));
  const wallMs = more((each) => each.wallMs);
  const cpuMs = more((each) => each.cpuMs);
  console.log(`Loading costs ${wallMs} ms more than a one-function app, ${cpuMs} ms of them processor time.`);
  // Loading waits for nothing, so on a machine that does nothing else both are the same; one that is busy stretches only
  // the time by the clock.
  expect(Math.min(wallMs, cpuMs)).toBeLessThanOrEqual(maxMoreMs);
});
