// The command `acs-domicile privacy`: reads its arguments, and carries it out until it is done or stopped by Ctrl-C.
import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { isPersonId } from '../../shared/privacy/person-id.js';
import { CommandError } from '../command-error.js';
import { commandLine } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import { erasePerson } from './erase-person.js';
import { exportPerson } from './export-person.js';
import { isIdentifier } from './identifier-form.js';
import { identifyPerson } from './identify-person.js';
import { linkPerson } from './link-person.js';
import { privacyHelp } from './privacy-help.js';
import type { PrivacyRun } from './privacy-run.js';

const actions = { link: linkPerson, identify: identifyPerson, export: exportPerson, erase: erasePerson } as const;
type Action = keyof typeof actions;

const command = commandLine('privacy', {
  person: { type: 'string' },
  identifier: { type: 'string', multiple: true },
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

interface Asked extends Pick<PrivacyRun, 'personId' | 'identifiers' | 'whom' | 'outFolder' | 'isDryRun' | 'isJson'> {
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
  const identifiers = [...new Set(values.identifier ?? [])];
  assertWhom(action, person, identifiers);
  if (person !== undefined && !isPersonId(person)) {
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
  if (out !== undefined && (action === 'identify' || action === 'link')) {
    throw command.wrong(`${action} writes no files, so it takes no --out`);
  }
  return {
    action,
    personId: person,
    identifiers,
    whom: person ?? `identifiers ${hash('sha256', identifiers.toSorted().join('\n'), 'base64url')}`,
    file: resources,
    outFolder: resolve(out ?? `domicile-${action}-${person ?? 'identifiers'}`),
    isDryRun: values['dry-run'] ?? false,
    isJson: values.json ?? false,
  };
}

function assertWhom(action: Action, person: string | undefined, identifiers: readonly string[]): void {
  if (!identifiers.every(isIdentifier)) {
    throw command.wrong('--identifier takes an identity (8:acs:...), a phone number (4:+...) or an email address');
  }
  if (person === undefined && (action === 'link' || identifiers.length === 0)) {
    throw command.wrong('--person is missing');
  }
  if (action === 'link' && identifiers.length === 0) {
    throw command.wrong('--identifier is missing');
  }
  if (action !== 'link' && person !== undefined && identifiers.length > 0) {
    throw command.wrong('It is either --person or --identifier');
  }
}

function isAction(name: string | undefined): name is Action {
  return name !== undefined && Object.hasOwn(actions, name);
}
