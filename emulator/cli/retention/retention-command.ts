// The command `acs-domicile retention`: reads its arguments and carries it out.
import { parseArgs } from 'node:util';
import { EmulatorError, reasonOf } from '../../emulator-error.js';
import { readResources } from '../privacy/connection-strings.js';
import type { ResourceRun } from '../privacy/privacy-run.js';
import { UsageError } from '../usage-error.js';
import { explainThing, kinds } from './explain-thing.js';
import { listExpired } from './list-expired.js';
import { retentionHelp } from './retention-help.js';

const options = {
  resources: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Prints its outcome. */
type Action = (run: ResourceRun, isJson: boolean) => Promise<string>;

/** @returns the exit code */
export async function retentionCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help === true) {
    process.stdout.write(retentionHelp);
    return 0;
  }
  const action = actionOf(positionals);
  if (values.resources === undefined) throw wrong('--resources is missing');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new EmulatorError('Stopped.')));
  const run: ResourceRun = {
    resources: await readResources(values.resources),
    stopping: stop.signal,
    say: (line) => void process.stderr.write(`${line}\n`),
  };
  process.stdout.write(await action(run, values.json ?? false));
  return 0;
}

function actionOf([name, ...rest]: readonly string[]): Action {
  if (name === 'expired') {
    if (rest.length > 0) throw wrong(`"${rest[0]}" was not expected`);
    return listExpired;
  }
  if (name !== 'explain') throw wrong(`${name === undefined ? 'Nothing' : `"${name}"`} is not what it can do`);
  const [kind, id, ...surplus] = rest;
  if (kind === undefined || id === undefined) throw wrong('A kind and an id are needed');
  if (!kinds.includes(kind)) throw wrong(`"${kind}" is no kind; there are ${kinds.join(', ')}`);
  if (surplus.length > 0) throw wrong(`"${surplus[0]}" was not expected`);
  return (run, isJson) => explainThing(run, { kind, id }, isJson);
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = reasonOf(error).split(/\. /);
    throw wrong(sentence.replace(/\.$/, ''));
  }
}

function wrong(what: string): UsageError {
  return new UsageError(`${what}; see acs-domicile retention --help.`);
}
