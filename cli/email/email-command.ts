// The command `acs-domicile email`: reads its arguments and carries it out.
import { commandLine, interruption } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import { checkDomain } from './check-domain.js';
import { emailHelp } from './email-help.js';

const command = commandLine('email', {
  resources: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @returns the exit code */
export async function emailCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(emailHelp);
    return 0;
  }
  const [action, domain, ...surplus] = positionals;
  if (action !== 'check-domain') {
    throw command.unknown(action);
  }
  if (domain === undefined) {
    throw command.wrong('A domain is needed');
  }
  command.expectNoMore(surplus);
  if (values.resources === undefined) {
    throw command.wrong('--resources is missing');
  }
  const run = {
    resources: await readResources(values.resources),
    stopping: interruption(),
    say: (line: string) => void process.stderr.write(`${line}\n`),
  };
  const isRight = await checkDomain(run, domain, values.json ?? false, (text) => void process.stdout.write(text));
  return isRight ? 0 : 1;
}
