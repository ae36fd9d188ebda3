// The command `acs-domicile privacy`: reads its arguments, and carries it out until it is done or stopped by Ctrl-C.
import { resolve } from 'node:path';
import { isPersonId } from '../../shared/privacy/person-id.js';
import { CommandError } from '../command-error.js';
import { commandLine } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import { erasePerson } from './erase-person.js';
import { exportPerson } from './export-person.js';
import { identifyPerson } from './identify-person.js';
import { privacyHelp } from './privacy-help.js';
import type { PrivacyRun } from './privacy-run.js';

const actions = { identify: identifyPerson, export: exportPerson, erase: erasePerson } as const;
type Action = keyof typeof actions;

const command = commandLine('privacy', {
  person: { type: 'string' },
  resources: { type: 'string' },
  out: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @returns the exit code */
export async function privacyCommand(args: readonly string[]): Promise<number> {
  const asked = parse(args);
  if (asked === 'help') {
    process.stdout.write(privacyHelp);
    return 0;
  }
  const stop = new AbortController();
  // Once: a second Ctrl-C ends the process at once.
  process.once('SIGINT', () => {
    process.stderr.write('Stopping...\n');
    stop.abort(new CommandError('Stopped. Run the same command again, and it goes on where it was.'));
  });
  const run: PrivacyRun = {
    ...asked,
    resources: await readResources(asked.file),
    stopping: stop.signal,
    say: (line) => void process.stderr.write(`${line}\n`),
    print: (text) => void process.stdout.write(text),
  };
  await actions[asked.action](run);
  return 0;
}

interface Asked extends Pick<PrivacyRun, 'personId' | 'outFolder' | 'isDryRun' | 'isJson'> {
  readonly action: Action;
  /** Of connection strings. */
  readonly file: string;
}

/** @throws {UsageError} one sentence about the first mistake */
function parse(args: readonly string[]): Asked | 'help' {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    return 'help';
  }
  const [action, ...surplus] = positionals;
  if (!isAction(action)) {
    throw command.unknown(action);
  }
  command.expectNoMore(surplus);
  const { person, resources, out } = values;
  if (person === undefined) {
    throw command.wrong('--person is missing');
  }
  if (!isPersonId(person)) {
    throw command.wrong(
      '--person takes the key that your application has for the person; an address or a number is none',
    );
  }
  if (resources === undefined) {
    throw command.wrong('--resources is missing');
  }
  if (values['dry-run'] === true && action !== 'erase') {
    throw command.wrong('--dry-run is for erase only');
  }
  if (out !== undefined && action === 'identify') {
    throw command.wrong('identify writes no files, so it takes no --out');
  }
  return {
    action,
    personId: person,
    file: resources,
    outFolder: resolve(out ?? `domicile-${action}-${person}`),
    isDryRun: values['dry-run'] ?? false,
    isJson: values.json ?? false,
  };
}

function isAction(name: string | undefined): name is Action {
  return name !== undefined && Object.hasOwn(actions, name);
}
