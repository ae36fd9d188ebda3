// The evidence for an auditor: the records as their geographies have signed them, in one file, and whether they are genuine
// and all there.
import { readFile } from 'node:fs/promises';
import { residencyStatementType } from '../../shared/residency/statement.js';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import type { GeographyKeys } from '../receipt/public-keys.js';
import { type IssuedClaims, verifyIssued } from '../receipt/verify-issued.js';
import { writeFileAtomically } from '../write-file-atomically.js';
import type { ResidencyAnswer, ResidencyStatement } from './audit-residency.js';
import { checkSet } from './evidence-set.js';

type Statement = ResidencyStatement & IssuedClaims;

export interface Evidence {
  readonly answers: readonly ResidencyAnswer[];
  /** false for records of version 0.1.0: nothing in them says how many there were. */
  readonly isComplete: boolean;
}

export async function writeEvidence(path: string, answers: readonly ResidencyAnswer[]): Promise<void> {
  const records = answers.map(({ signed }) => signed);
  await writeFileAtomically(path, `${JSON.stringify({ type: residencyStatementType, records }, undefined, 2)}\n`);
}

/**
 * What the geographies have signed.
 *
 * @throws {CommandError} when one record is not genuine, missing, there twice or of another set
 */
export async function readEvidence(path: string, keys: GeographyKeys): Promise<Evidence> {
  const records = await read(path);
  const answers = records.map((signed, index) => {
    const statement = verifyIssued<Statement>(signed, residencyStatementType, keys);
    if (typeof statement !== 'string') {
      return { ...statement, signed };
    }
    throw new CommandError(`Record ${index + 1} of ${records.length} is not genuine: ${statement}.`);
  });
  return { answers, isComplete: checkSet(answers) };
}

async function read(path: string): Promise<readonly string[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`The evidence cannot be read (${reasonOf(error)}); name the file that the audit wrote.`);
  }
  const { records } = (value ?? {}) as { records?: unknown };
  if (Array.isArray(records) && records.length > 0 && records.every((record) => typeof record === 'string')) {
    return records;
  }
  throw new CommandError(`There is no record in ${path}.`);
}
