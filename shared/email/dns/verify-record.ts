// Verifies one record of a domain. Looking it up takes seconds at most, so its state is final when the operation has begun.
import { checkRecord, type RecordState } from './check-record.js';
import type { DnsRecord, VerificationType } from './domain-records.js';
import type { DnsLookUp } from './look-up.js';

export interface VerificationState {
  readonly status: 'NotStarted' | 'Verified' | 'VerificationFailed';
  readonly errorCode?: string;
}

const errorCodes: Readonly<Record<Exclude<RecordState, 'right'>, string>> = {
  missing: 'DnsRecordMissing',
  wrong: 'DnsRecordWrong',
  twice: 'DnsRecordTwice',
  noAnswer: 'DnsDidNotAnswer',
};

/**
 * @param lookUp undefined where nobody can be asked: then each counts as verified
 * @param record undefined when none is needed
 * @param before a record that was verified stays so when DNS does not answer
 */
export async function verifyRecord(
  lookUp: DnsLookUp | undefined,
  type: VerificationType,
  record: DnsRecord | undefined,
  domain: string,
  before: VerificationState | undefined,
): Promise<VerificationState> {
  if (lookUp === undefined || record === undefined) {
    return { status: 'Verified' };
  }
  const { state } = await checkRecord(lookUp, type, record, domain);
  if (state === 'right' || (state === 'noAnswer' && before?.status === 'Verified')) {
    return { status: 'Verified' };
  }
  return { status: 'VerificationFailed', errorCode: errorCodes[state] };
}
