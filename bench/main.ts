// `npm run bench`: runs the cases, prints one table, writes the figures as JSON.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { startAdapterTarget } from './adapter-target.js';
import { type Arguments, helpText, readArguments } from './arguments.js';
import { openWorld, type World } from './bench-world.js';
import type { RunOptions, TargetCase } from './case.js';
import { createThreadCases } from './cases/create-thread.js';
import { diagnosticsResults } from './cases/diagnostics.js';
import { eventsResults } from './cases/events.js';
import { frontResults } from './cases/front.js';
import { liveResults } from './cases/live.js';
import { listCases } from './cases/list.js';
import { mailResults } from './cases/mail.js';
import { processesResults } from './cases/processes.js';
import { sendCases } from './cases/send.js';
import { sweepResults } from './cases/sweep.js';
import { verificationResults } from './cases/verification.js';
import { startEmulatorTarget } from './emulator-target.js';
import { isMet, type Result, resultsOrFailure } from './result.js';
import { renderTable } from './result-table.js';
import type { SetUp } from './target.js';

const targetCases: readonly TargetCase[] = [...sendCases, ...listCases, ...createThreadCases];
/** As many as the largest thread of a case has members. */
const userCount = 200;

async function main(): Promise<number> {
  const chosen = readArguments(process.argv.slice(2));
  if (chosen.wantsHelp) {
    process.stdout.write(helpText);
    return 0;
  }
  const began = performance.now();
  const options: RunOptions = {
    slices: chosen.isQuick ? 5 : 9,
    sliceMs: chosen.isQuick ? 300 : 400,
    isQuick: chosen.isQuick,
    progress,
  };
  const results = (await measure(chosen, options)).filter((result) => chosen.only.has(result.case));
  results.sort((a, b) => Number(a.case.slice(1)) - Number(b.case.slice(1)));
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`\n${renderTable(results)}\n\n`);
  const missed = results.filter((result) => result.isGated && isMet(result) === false);
  process.stdout.write(
    `${options.slices} slices of ${options.sliceMs} ms, ${seconds} s in all. A verdict in parentheses decides nothing. ${
      missed.length === 0 ? 'Every goal that decides is met.' : `Goals missed: ${missed.length}.`
    }\n`,
  );
  await writeJson(resolve(chosen.json), { ...describeRun(options, seconds), results: results.map(withVerdict) });
  return missed.length === 0 ? 0 : 1;
}

async function measure(chosen: Arguments, options: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  const setUps: readonly SetUp[] = chosen.isQuick ? ['adapter'] : ['adapter', 'emulator'];
  for (const setUp of setUps) {
    const cases = targetCases.filter(
      (each) =>
        each.setUps.includes(setUp) &&
        each.gives.some((name) => chosen.only.has(name)) &&
        (each.isInQuick || !chosen.isQuick),
    );
    if (cases.length === 0) {
      continue;
    }
    const world = await open(setUp, chosen.profile);
    try {
      const told = { ...options, progress: (text: string) => progress(`${setUp}: ${text}`) };
      for (const each of cases) {
        results.push(...(await resultsOrFailure(each.gives[0], () => each.run(world, told))));
      }
    } finally {
      await world.close();
    }
  }
  const otherCases = {
    P6: processesResults,
    P8: sweepResults,
    P12: frontResults,
    P13: verificationResults,
    P14: eventsResults,
    P15: diagnosticsResults,
    P16: liveResults,
    P17: mailResults,
  };
  for (const [name, run] of Object.entries(otherCases)) {
    if (chosen.only.has(name)) {
      results.push(...(await resultsOrFailure(name, () => run(options))));
    }
  }
  return results;
}

async function open(setUp: SetUp, profile: string | undefined): Promise<World> {
  progress(`${setUp}: starting`);
  const target =
    setUp === 'adapter' ? await startAdapterTarget({ processes: 1, profile }) : await startEmulatorTarget();
  return await openWorld(target, userCount);
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

function withVerdict(result: Result) {
  return { ...result, isMet: isMet(result) };
}

function describeRun({ slices, sliceMs, isQuick }: RunOptions, seconds: number) {
  return { measuredAt: new Date().toISOString(), node: process.version, slices, sliceMs, isQuick, seconds };
}

async function writeJson(path: string, content: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The benchmark failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
