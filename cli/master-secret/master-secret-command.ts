// The command `acs-domicile master-secret`: which versions are in use, and keys that follow from the newest one.
import { commandLine, interruption } from '../command-line.js';
import { parseOrigin } from '../resources/app-origin.js';
import { entraToken } from '../resources/entra-token.js';
import { appAccess } from '../resources/management.js';
import type { ResourceRun } from '../resources/resource-run.js';
import { masterSecretHelp } from './master-secret-help.js';
import { replaceKeys } from './replace-keys.js';
import { showVersions } from './show-versions.js';

const command = commandLine('master-secret', {
  app: { type: 'string', multiple: true },
  'keys-for': { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

const hoursOf = { h: 1, d: 24 } as const;
const maxHours = 90 * 24;

/** @returns the exit code */
export async function masterSecretCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(masterSecretHelp);
    return 0;
  }
  const [action, ...surplus] = positionals;
  if (action !== 'status' && action !== 'replace-keys') {
    throw command.unknown(action);
  }
  command.expectNoMore(surplus);
  const isJson = values.json ?? false;
  const keysForHours = action === 'replace-keys' ? hours(values['keys-for']) : 0;
  const run = await runOf(values.app ?? [], values['token-file']);
  await (action === 'status' ? showVersions(run, isJson) : replaceKeys(run, keysForHours, isJson));
  return 0;
}

async function runOf(apps: readonly string[], tokenFile: string | undefined): Promise<ResourceRun> {
  if (apps.length === 0) {
    throw command.wrong('--app is missing');
  }
  const origins = [...new Set(apps.map((each) => parseOrigin(each, '--app')))];
  const token = await entraToken('https://management.azure.com', tokenFile);
  return {
    resources: origins.map((origin) => appAccess(origin, token)),
    stopping: interruption(),
    say: (line) => void process.stderr.write(`${line}\n`),
  };
}

function hours(text: string | undefined): number {
  if (text === undefined) {
    throw command.wrong('--keys-for is missing');
  }
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? [];
  const found = text === '0' ? 0 : Number(count) * hoursOf[(unit ?? 'h') as 'h' | 'd'];
  if (Number.isNaN(found) || found > maxHours) {
    throw command.wrong('--keys-for is not 0 and no time such as 12h or 7d, at most 90d');
  }
  return found;
}
