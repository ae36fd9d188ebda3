// A whole run: looks whether everything is there, asks, then works on several geographies at a time.
import type { GeographySlug } from '../../shared/geography/index.js';
import type { Cloud } from '../cloud.js';
import type { AppPackage } from '../package/make-package.js';
import type { Caller } from '../publish/call.js';
import type { DeployCommand } from './arguments.js';
import { deployGeography } from './deploy-geography.js';
import type { RunState } from './run-state.js';
import type { Stop } from './stop.js';

export interface RunParts {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly state: RunState;
  readonly stop: Stop;
  makePackage(): Promise<AppPackage>;
  /** Undefined when there is nobody to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  say(line: string): void;
}

export const exitCodes = { done: 0, failed: 1, wrongCommand: 2, nothingChanged: 3 } as const;
type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Each runs a Pulumi engine, which takes some hundred MB of memory. */
const geographiesAtOnce = 4;

export async function runDeployment(parts: RunParts, command: DeployCommand): Promise<ExitCode> {
  const { cloud, say, state } = parts;
  const missing = await whatIsMissing(cloud, command);
  const appPackage = command.publishesCode ? await parts.makePackage().catch(toError) : undefined;
  if (appPackage instanceof Error) {
    missing.push(`the package: ${appPackage.message}`);
  }
  if (missing.length > 0 || appPackage instanceof Error) {
    say(`Nothing was changed. What is missing:\n${missing.map((line) => `  - ${line}`).join('\n')}`);
    return exitCodes.nothingChanged;
  }
  const work = [command.updatesStack && 'update the stack', command.publishesCode && 'publish the code'];
  const plan = `${work.filter(Boolean).join(' and ')} of ${command.geographies.join(', ')}`;
  if (!command.isConfirmed) {
    if (parts.ask === undefined) {
      say(`Nothing was changed. This would ${plan}; there is nobody to ask, so say --yes.`);
      return exitCodes.wrongCommand;
    }
    if (!(await parts.ask(`This will ${plan}. Begin? [y/N] `))) {
      say('Nothing was changed.');
      return exitCodes.nothingChanged;
    }
  }
  const failures = await workOn(command.geographies, async (geography) => {
    const deployParts = { ...parts, appPackage, updatesStack: command.updatesStack };
    await deployGeography(deployParts, geography, (line) => say(`${geography}: ${line}`));
  });
  for (const [geography, reason] of failures) {
    say(`${geography}: FAILED. ${reason}`);
  }
  if (failures.length > 0) {
    say(`${failures.length} of ${command.geographies.length} failed. Run the same command again to go on.`);
    return exitCodes.failed;
  }
  await state.finish(command.geographies);
  say(`Done: ${command.geographies.join(', ')}.`);
  return exitCodes.done;
}

async function whatIsMissing(cloud: Cloud, { geographies }: DeployCommand): Promise<string[]> {
  const tools = await cloud.missingTools();
  if (tools.length > 0) {
    return [...tools];
  }
  const missing: string[] = [];
  // One after the other: selecting a stack writes a file that all share.
  for (const geography of geographies) {
    missing.push(...(await cloud.missingOfStack(geography)));
  }
  return missing;
}

/** One that fails does not stop the others. @returns what failed, with the reasons */
async function workOn(
  geographies: readonly GeographySlug[],
  work: (geography: GeographySlug) => Promise<void>,
): Promise<[GeographySlug, string][]> {
  const waiting = [...geographies];
  const failures: [GeographySlug, string][] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const geography = next;
      await work(geography).catch((error: unknown) => {
        failures.push([geography, toError(error).message]);
      });
    }
  };
  await Promise.all(Array.from({ length: geographiesAtOnce }, worker));
  return failures;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
