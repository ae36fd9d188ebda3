// The command `acs-domicile retention`: reads its arguments and carries it out.
import { commandLine, interruption } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import type { ResourceRun } from '../resources/resource-run.js';
import { explainThing, kinds } from './explain-thing.js';
import { listExpired } from './list-expired.js';
import { retentionHelp } from './retention-help.js';

const command = commandLine('retention', {
  resources: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

type Action = (run: ResourceRun, isJson: boolean, print: (text: string) => void) => Promise<void>;

/** @returns the exit code */
export async function retentionCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(retentionHelp);
    return 0;
  }
  const action = actionOf(positionals);
  if (values.resources === undefined) {
    throw command.wrong('--resources is missing');
  }
  const run: ResourceRun = {
    resources: await readResources(values.resources),
    stopping: interruption(),
    say: (line) => void process.stderr.write(`${line}\n`),
  };
  await action(run, values.json ?? false, (text) => void process.stdout.write(text));
  return 0;
}

function actionOf([name, ...rest]: readonly string[]): Action {
  if (name === 'expired') {
    command.expectNoMore(rest);
    return listExpired;
  }
  if (name !== 'explain') {
    throw command.unknown(name);
  }
  const [kind, id, ...surplus] = rest;
  if (kind === undefined || id === undefined) {
    throw command.wrong('A kind and an id are needed');
  }
  if (!kinds.includes(kind)) {
    throw command.wrong(`"${kind}" is no kind; there are ${kinds.join(', ')}`);
  }
  command.expectNoMore(surplus);
  return (run, isJson, print) => explainThing(run, { kind, id }, isJson, print);
}
