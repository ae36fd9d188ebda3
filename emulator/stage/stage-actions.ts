// What a test can do to the capabilities of a running app: the list of it, and doing it. In the app's process.
import { z } from 'zod';
import type { StageAction } from '../../functions/capability.js';
import type { RunningApp } from '../../functions/running-app.js';
import type { StageActionFacts } from '../contract.js';
import { RequestRefused } from '../emulator-error.js';

type StagedApp = Pick<RunningApp, 'stage' | 'resourceNames' | 'defaultResource'>;

export interface StageRequest {
  readonly capability: string;
  readonly action: string;
  readonly input: unknown;
  /** Default: the geography's default resource. */
  readonly resource?: string | undefined;
}

const maxProblems = 5;

export function listStageActions({ stage }: StagedApp): readonly StageActionFacts[] {
  return Object.entries(stage).flatMap(([capability, actions]) =>
    actions.map(({ name, summary, input }) => ({
      capability,
      action: name,
      summary,
      input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    })),
  );
}

/**
 * @returns what the action answers
 * @throws {RequestRefused} 404 for an unknown action or resource, 400 for an input that does not fit
 */
export async function runStageAction(app: StagedApp, request: StageRequest): Promise<unknown> {
  const action = requireAction(app.stage, request);
  const parsed = action.input.safeParse(request.input ?? {});
  if (!parsed.success) {
    throw invalidInput(request, parsed.error.issues);
  }
  const resource = await requireResource(app, request.resource);
  return await action.run(parsed.data, { resource });
}

function requireAction(stage: StagedApp['stage'], { capability, action }: StageRequest): StageAction {
  const found = Object.hasOwn(stage, capability) && stage[capability]?.find(({ name }) => name === action);
  if (found) {
    return found;
  }
  const known = Object.entries(stage).flatMap(([name, actions]) => actions.map((each) => `${name} ${each.name}`));
  const there = known.length === 0 ? 'no capability has any' : `there are ${known.join(', ')}`;
  throw new RequestRefused(404, 'UnknownStageAction', `There is no such stage action; ${there}.`);
}

async function requireResource(app: StagedApp, asked: string | undefined): Promise<string> {
  if (asked === undefined) {
    return (await app.defaultResource()).name;
  }
  const names = await app.resourceNames();
  const found = names.find((name) => name.toLowerCase() === asked.toLowerCase());
  if (found !== undefined) {
    return found;
  }
  throw new RequestRefused(
    404,
    'UnknownResource',
    `There is no such resource in this geography; there are ${names.join(', ')}. Name the geography of another.`,
  );
}

function invalidInput({ capability, action }: StageRequest, issues: readonly z.core.$ZodIssue[]): RequestRefused {
  const problems = issues.slice(0, maxProblems).map(({ path, message }) => {
    const field = path.map(String).join('.');
    return field === '' ? message : `"${field}": ${message}`;
  });
  return new RequestRefused(
    400,
    'InvalidInput',
    `The input of ${capability} ${action} does not fit: ${problems.join('; ')}.`,
  );
}
