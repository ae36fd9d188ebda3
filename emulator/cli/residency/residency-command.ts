// The command `acs-domicile residency`: reads its arguments and carries it out.
import { parseArgs } from 'node:util';
import { EmulatorError, reasonOf } from '../../emulator-error.js';
import { readResources } from '../privacy/connection-strings.js';
import { readPublicKeys } from '../receipt/public-keys.js';
import { UsageError } from '../usage-error.js';
import { auditResidency, auditTable, type ResidencyAnswer } from './audit-residency.js';
import { readEvidence, writeEvidence } from './evidence-file.js';
import { residencyHelp } from './residency-help.js';

const options = {
  resources: { type: 'string' },
  evidence: { type: 'string' },
  jwks: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns the exit code: 1 when anything lies where it does not belong */
export async function residencyCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help === true) {
    process.stdout.write(residencyHelp);
    return 0;
  }
  const [action, ...rest] = positionals;
  let answers: readonly ResidencyAnswer[];
  if (action === 'audit') {
    if (rest.length > 0) throw wrong(`"${rest[0]}" was not expected`);
    if (values.resources === undefined) throw wrong('--resources is missing');
    answers = await audit(values.resources);
    if (values.evidence !== undefined) await writeEvidence(values.evidence, answers);
  } else if (action === 'verify') {
    const [path, ...surplus] = rest;
    if (path === undefined) throw wrong('The file of the evidence is missing');
    if (surplus.length > 0) throw wrong(`"${surplus[0]}" was not expected`);
    if (values.jwks === undefined) throw wrong('--jwks is missing');
    answers = await readEvidence(path, await readPublicKeys(values.jwks));
  } else {
    throw wrong(`${action === undefined ? 'Nothing' : `"${action}"`} is not what it can do`);
  }
  process.stdout.write(values.json === true ? `${JSON.stringify(answers, undefined, 2)}\n` : auditTable(answers));
  return answers.every(({ foreignItems }) => foreignItems === 0) ? 0 : 1;
}

async function audit(path: string): Promise<readonly ResidencyAnswer[]> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new EmulatorError('Stopped.')));
  return await auditResidency({
    resources: await readResources(path),
    stopping: stop.signal,
    say: (line) => void process.stderr.write(`${line}\n`),
  });
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
  return new UsageError(`${what}; see acs-domicile residency --help.`);
}
