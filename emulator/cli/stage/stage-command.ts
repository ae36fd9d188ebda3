// The command `acs-domicile stage`: reads its arguments and carries it out at a running emulator.
import { readFile } from 'node:fs/promises';
import { commandLine, interruption } from '../../../cli/command-line.js';
import { reasonOf } from '../../../cli/reason-of.js';
import { table } from '../../../cli/table.js';
import type { StageActionFacts } from '../../contract.js';
import { askControl } from './ask-control.js';
import { describeActions } from './describe-actions.js';
import { findEmulator } from './running-emulator.js';
import { stageHelp } from './stage-help.js';

const command = commandLine('stage', {
  body: { type: 'string' },
  geography: { type: 'string' },
  resource: { type: 'string' },
  'ready-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @returns the exit code */
export async function stageCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(stageHelp);
    return 0;
  }
  const [capability, action, ...surplus] = positionals;
  command.expectNoMore(surplus);
  const isJson = values.json ?? false;
  const ask = async (method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> =>
    await askControl(await findEmulator(values['ready-file']), { method, path, body, signal: interruption() });
  if (capability === undefined) {
    const { body, geography, resource } = values;
    if ((body ?? geography ?? resource) !== undefined) {
      throw command.wrong('A capability and an action are missing');
    }
    const { actions } = (await ask('GET', '/stage')) as { actions: readonly StageActionFacts[] };
    process.stdout.write(isJson ? asJson(actions) : describeActions(actions));
    return 0;
  }
  if (action === undefined) {
    throw command.wrong(`The action of ${capability} is missing`);
  }
  const { geography, resource } = values;
  const query = new URLSearchParams({ ...(geography && { geography }), ...(resource && { resource }) });
  const path = `/stage/${encodeURIComponent(capability)}/${encodeURIComponent(action)}?${query}`;
  const answer = await ask('POST', path, await readBody(values.body));
  process.stdout.write(isJson ? asJson(answer) : forPeople(answer));
  return 0;
}

/** @returns valid JSON, or nothing when there is no input */
async function readBody(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) {
    return undefined;
  }
  let json = text;
  try {
    if (text.startsWith('@')) {
      json = await readFile(text.slice(1), 'utf8');
    }
  } catch (error) {
    throw command.wrong(`The file of --body cannot be read (${reasonOf(error)})`);
  }
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    throw command.wrong('--body takes JSON or @file, and this is not JSON');
  }
}

function forPeople(answer: unknown): string {
  if (answer === null) {
    return 'Done.\n';
  }
  const isFlat =
    typeof answer === 'object' && !Array.isArray(answer) && Object.values(answer).every((value) => !isNested(value));
  const facts = isFlat
    ? Object.entries(answer).map(([name, value]) => [name, String(value).replaceAll(/\p{Cc}+/gu, ' ')])
    : [];
  return facts.length === 0 ? asJson(answer) : `${table(facts).join('\n')}\n`;
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
