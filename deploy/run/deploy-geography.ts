// One geography: its stack, then its code; what this run has done already is not done again.
import type { GeographySlug } from '../../shared/geography/index.js';
import type { Cloud, StackFacts } from '../cloud.js';
import type { AppPackage } from '../package/make-package.js';
import { awaitHealth } from '../publish/await-health.js';
import type { Caller } from '../publish/call.js';
import { putPackage } from '../publish/publish-dedicated.js';
import { awaitDeployment, postPackage } from '../publish/publish-flex.js';
import type { RunState } from './run-state.js';
import type { Stop } from './stop.js';

export interface DeployParts {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly state: RunState;
  readonly stop: Stop;
  readonly updatesStack: boolean;
  /** Undefined: code is not published. */
  readonly appPackage: AppPackage | undefined;
}

/** @throws {Error} a sentence that says what failed */
export async function deployGeography(
  parts: DeployParts,
  geography: GeographySlug,
  say: (line: string) => void,
): Promise<void> {
  parts.stop.check();
  if (parts.updatesStack) {
    await updateStack(parts, geography, say);
  }
  if (parts.appPackage !== undefined) {
    parts.stop.check();
    await publishCode(parts, parts.appPackage, geography, say);
  }
}

async function updateStack({ cloud, state, stop }: DeployParts, geography: GeographySlug, say: (line: string) => void) {
  const version = await cloud.stackVersion(geography);
  if (state.of(geography).stack === version) {
    return say('the stack was updated before');
  }
  say('updating the stack');
  await stop.hold(() => cloud.updateStack(geography, say));
  await state.save(geography, { ...state.of(geography), stack: version });
  say('the stack is up');
}

async function publishCode(
  parts: DeployParts,
  { sha256, zip }: AppPackage,
  geography: GeographySlug,
  say: (line: string) => void,
): Promise<void> {
  const { cloud, caller, state } = parts;
  if (state.of(geography).code === sha256) {
    return say('the code was published before');
  }
  const facts = await cloud.readStack(geography);
  if (facts === undefined) {
    throw new Error('The stack has no app. Run the command without --code-only.');
  }
  const content = new Uint8Array(zip);
  if (facts.hosting === 'flex') {
    await publishFlex({ caller, state, sha256, geography, say }, facts, content);
  } else {
    say('writing the package and starting the app again');
    await putPackage(caller, facts, content);
  }
  say('waiting for the app to answer');
  const health = await awaitHealth(caller, facts);
  const { begun: _, ...done } = state.of(geography);
  await state.save(geography, { ...done, code: sha256 });
  say(`the code is published; ${facts.endpoint} is ${health}`);
}

interface FlexPublication {
  readonly caller: Caller;
  readonly state: RunState;
  readonly sha256: string;
  readonly geography: GeographySlug;
  say(line: string): void;
}

async function publishFlex(
  { caller, state, sha256, geography, say }: FlexPublication,
  facts: StackFacts,
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { begun, ...before } = state.of(geography);
  let id = begun?.sha256 === sha256 ? begun.deploymentId : undefined;
  if (id === undefined) {
    say('publishing the code');
    id = await postPackage(caller, facts, content);
    await state.save(geography, { ...before, begun: { sha256, deploymentId: id } });
  }
  say('the package was taken; waiting for its deployment');
  const outcome = await awaitDeployment(caller, facts, id);
  if (outcome === 'succeeded') {
    return;
  }
  // The next run has to publish again, not to wait for what has failed.
  await state.save(geography, before);
  throw new Error(`The deployment failed: ${outcome.failed}`);
}
