// The evidence for an auditor: the records as their geographies have signed them, in one file, and whether they are genuine.
import { readFile } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import { verifyJws } from '../../shared/auth/jws.js';
import { residencyStatementType } from '../../shared/residency/statement.js';
import { CommandError } from '../command-error.js';
import { reasonOf } from '../reason-of.js';
import { writeFileAtomically } from '../write-file-atomically.js';
import type { ResidencyAnswer } from './audit-residency.js';

type Statement = Omit<ResidencyAnswer, 'signed'>;

export async function writeEvidence(path: string, answers: readonly ResidencyAnswer[]): Promise<void> {
  const records = answers.map(({ signed }) => signed);
  await writeFileAtomically(path, `${JSON.stringify({ type: residencyStatementType, records }, undefined, 2)}\n`);
}

/**
 * What the geographies have signed.
 *
 * @param keys public keys of the geographies by `kid`
 * @throws {CommandError} when one record is not genuine
 */
export async function readEvidence(
  path: string,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<readonly ResidencyAnswer[]> {
  const records = await read(path);
  return records.map((signed, index) => {
    // Whoever has the key is trusted with the form of what it signs as a record.
    const statement = verifyJws(signed, residencyStatementType, keys) as Statement | undefined;
    if (statement !== undefined) {
      return { ...statement, signed };
    }
    throw new CommandError(
      `Record ${index + 1} of ${records.length} is not genuine: none of the keys signed it, or it was changed afterwards. Each geography has keys of its own: give --jwks for every one.`,
    );
  });
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
