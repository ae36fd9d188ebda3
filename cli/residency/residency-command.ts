// The command `acs-domicile residency`: reads its arguments and carries it out.
import { CommandError } from '../command-error.js';
import { commandLine, interruption } from '../command-line.js';
import { readResources } from '../resources/connection-strings.js';
import { readPublicKeys } from '../receipt/public-keys.js';
import { type ResourceRun, throwIfMissed } from '../resources/resource-run.js';
import { auditResidency, auditTable, inOrder, type ResidencyAnswer } from './audit-residency.js';
import { readEvidence, writeEvidence } from './evidence-file.js';
import { checkSet } from './evidence-set.js';
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
  const print = (answers: readonly ResidencyAnswer[]) =>
    process.stdout.write(values.json === true ? `${JSON.stringify(answers, undefined, 2)}\n` : auditTable(answers));
  if (action === 'audit') {
    command.expectNoMore(rest);
    if (values.resources === undefined) {
      throw command.wrong('--resources is missing');
    }
    return await audit(values.resources, values.evidence, print);
  }
  if (action !== 'verify') {
    throw command.unknown(action);
  }
  const [path, ...surplus] = rest;
  if (path === undefined) {
    throw command.wrong('The file of the evidence is missing');
  }
  command.expectNoMore(surplus);
  if (values.jwks === undefined) {
    throw command.wrong('--jwks is missing');
  }
  const { answers, isComplete } = await readEvidence(path, await readPublicKeys(values.jwks));
  print(inOrder(answers));
  if (!isComplete) {
    process.stderr.write(
      'These records are genuine, but of a version that did not sign how many there are: whether one is missing, or stores were not checked, cannot be told.\n',
    );
  }
  return codeOf(answers);
}

async function audit(
  path: string,
  evidence: string | undefined,
  print: (answers: readonly ResidencyAnswer[]) => void,
): Promise<number> {
  const run: ResourceRun = {
    resources: await readResources(path),
    stopping: interruption(),
    say: (line) => void process.stderr.write(`${line}\n`),
  };
  const { answers, missed } = await auditResidency(run);
  print(answers);
  const code = codeOf(answers);
  const follows = `What lies there is not known${evidence === undefined ? '' : ', and no evidence was written'}.`;
  throwIfMissed(run, missed, code === 0 ? follows : `${follows} The others hold what does not belong there.`);
  if (evidence !== undefined) {
    requireWhole(answers);
    await writeEvidence(evidence, answers);
  }
  return code;
}

/** What is written can be verified. @throws {CommandError} when it could not */
function requireWhole(answers: readonly ResidencyAnswer[]): void {
  try {
    checkSet(answers);
  } catch (error) {
    if (error instanceof CommandError) {
      throw new CommandError(
        `No evidence was written. ${error.message} Name a resource of every geography, each once.`,
      );
    }
    throw error;
  }
}

function codeOf(answers: readonly ResidencyAnswer[]): number {
  return answers.every(({ foreignItems }) => foreignItems === 0) ? 0 : 1;
}
