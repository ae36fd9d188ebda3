// The command `acs-domicile privacy`: reads its arguments, and carries it out until it is done or stopped by Ctrl-C.
import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { isPersonId } from '../../shared/privacy/person-id.js';
import { CommandError } from '../command-error.js';
import { commandLine } from '../command-line.js';
import { readPlaces, readResources } from '../resources/connection-strings.js';
import {
  appAccess,
  type Management,
  type ManagementWords,
  mergeManagements,
  parseManagement,
} from '../resources/management.js';
import { entraToken } from '../resources/entra-token.js';
import { erasePerson } from './erase-person.js';
import { exportPerson } from './export-person.js';
import { identifierForm } from './identifier-form.js';
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
  management: { type: 'string' },
  subscription: { type: 'string', multiple: true },
  geography: { type: 'string', multiple: true },
  'token-file': { type: 'string' },
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
    ...(await placesOf(asked)),
    stopping: stop.signal,
    say: (line) => void process.stderr.write(`${line}\n`),
    print: (text) => void process.stdout.write(text),
  };
  await actions[asked.action](run);
  return 0;
}

interface Asked extends Pick<PrivacyRun, 'personId' | 'identifiers' | 'whom' | 'outFolder' | 'isDryRun' | 'isJson'> {
  readonly action: Action;
  /** Of connection strings; undefined when only management is asked. */
  readonly file: string | undefined;
  /** Beside those in the file. */
  readonly management: ManagementWords | undefined;
  readonly tokenFile: string | undefined;
}

async function placesOf({
  action,
  file,
  management,
  tokenFile,
}: Asked): Promise<Pick<PrivacyRun, 'resources' | 'managements'>> {
  if (action === 'link' && file !== undefined) {
    return { resources: await readResources(file), managements: [] };
  }
  const named = file === undefined ? { resources: [], managements: [], geographies: [] } : await readPlaces(file);
  const all = mergeManagements([...named.managements, ...askedManagement(management, named.geographies)]);
  if (all.length === 0) {
    return { resources: named.resources, managements: [] };
  }
  const token = await entraToken('https://management.azure.com', tokenFile);
  const managements = all.map(({ origin, ...each }) => ({ access: appAccess(origin, token), ...each }));
  return { resources: named.resources, managements };
}

/** @param deployed geographies of the deployment, as the file of resources says */
function askedManagement(management: ManagementWords | undefined, deployed: readonly string[]): readonly Management[] {
  if (management === undefined) {
    return [];
  }
  const geographies = [...management.geographies, ...deployed];
  return [parseManagement({ ...management, geographies }, '--management')];
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
  const { person, resources, out, management, subscription: subscriptions = [], geography: geographies = [] } = values;
  const identifiers = [...new Set((values.identifier ?? []).map(readIdentifier))];
  assertWhom(action, person, identifiers);
  if (person !== undefined && !isPersonId(person)) {
    throw command.wrong(
      '--person takes the key that your application has for the person; an address or a number is none',
    );
  }
  if (resources === undefined && (management === undefined || action === 'link')) {
    throw command.wrong('--resources is missing');
  }
  if (management !== undefined && action === 'link') {
    throw command.wrong('link is for resources only, so it takes no --management');
  }
  for (const [name, given] of Object.entries({ subscription: subscriptions, geography: geographies })) {
    if (management === undefined && given.length > 0) {
      throw command.wrong(`--${name} is of a management, and --management is missing`);
    }
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
    management: management === undefined ? undefined : { address: management, subscriptions, geographies },
    tokenFile: values['token-file'],
    outFolder: resolve(out ?? `domicile-${action}-${person ?? 'identifiers'}`),
    isDryRun: values['dry-run'] ?? false,
    isJson: values.json ?? false,
  };
}

function assertWhom(action: Action, person: string | undefined, identifiers: readonly string[]): void {
  if (person === undefined && (action === 'link' || identifiers.length === 0)) {
    throw command.wrong('--person is missing');
  }
  if (action === 'link' && identifiers.length === 0) {
    throw command.wrong('--identifier is missing');
  }
}

function readIdentifier(text: string): string {
  const form = identifierForm(text);
  if (form === undefined) {
    throw command.wrong(
      '--identifier takes an identity (8:acs:...), a phone number (4:+...), an email address or a name (name:Anna Berger)',
    );
  }
  return form;
}

function isAction(name: string | undefined): name is Action {
  return name !== undefined && Object.hasOwn(actions, name);
}
