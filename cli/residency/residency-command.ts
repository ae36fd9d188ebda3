// The command `acs-domicile residency`: reads its arguments and carries it out.
import { commandLine, interruption } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import { readPublicKeys } from '../receipt/public-keys.js';
import { auditResidency, auditTable, type ResidencyAnswer } from './audit-residency.js';
import { readEvidence, writeEvidence } from './evidence-file.js';
import { residencyHelp } from './residency-help.js';

const command = commandLine('residency', {
  resources: { type: 'string' },
  evidence: { type: 'string' },
  jwks: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

/** @returns the exit code: 1 when anything lies where it does not belong */
export async function residencyCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = command.read(args);
  if (values.help === true) {
    process.stdout.write(residencyHelp);
    return 0;
  }
  const [action, ...rest] = positionals;
  let answers: readonly ResidencyAnswer[];
  if (action === 'audit') {
    command.expectNoMore(rest);
    if (values.resources === undefined) {
      throw command.wrong('--resources is missing');
    }
    answers = await audit(values.resources);
    if (values.evidence !== undefined) {
      await writeEvidence(values.evidence, answers);
    }
  } else if (action === 'verify') {
    const [path, ...surplus] = rest;
    if (path === undefined) {
      throw command.wrong('The file of the evidence is missing');
    }
    command.expectNoMore(surplus);
    if (values.jwks === undefined) {
      throw command.wrong('--jwks is missing');
    }
    answers = await readEvidence(path, await readPublicKeys(values.jwks));
  } else {
    throw command.unknown(action);
  }
  process.stdout.write(values.json === true ? `${JSON.stringify(answers, undefined, 2)}\n` : auditTable(answers));
  return answers.every(({ foreignItems }) => foreignItems === 0) ? 0 : 1;
}

async function audit(path: string): Promise<readonly ResidencyAnswer[]> {
  return await auditResidency({
    resources: await readResources(path),
    stopping: interruption(),
    say: (line) => void process.stderr.write(`${line}\n`),
  });
}
