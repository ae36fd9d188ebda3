// A message as submissions: one, or one for each part of a long text, joined as the SMSC wants it.
import { maxParts, maxValiditySeconds } from './limits.js';
import type { PduFields } from './pdu.js';
import { encodeText } from './text-parts.js';

export interface TextMessage {
  /** E.164 with +, a short code, or letters. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly reportWanted: boolean;
  readonly validForSeconds?: number | undefined;
}

/**
 * How long texts go: in parts that name themselves in a header of the text (`udh`) or in fields of the protocol (`sar`), or
 * as one, which the SMSC cuts (`payload`).
 */
export const longTexts = ['udh', 'sar', 'payload'] as const;
export type LongTexts = (typeof longTexts)[number];

const userDataHeader = 0x40;

/**
 * @param reference joins the parts: other messages to the same number have another for a while
 * @returns undefined when it has more parts than can be counted
 */
export function submitFields(
  message: TextMessage,
  how: LongTexts,
  reference: number,
): readonly PduFields[] | undefined {
  const { reportWanted, validForSeconds } = message;
  const { dataCoding, parts } = encodeText(message.text);
  const common = {
    ...addressFields('source', message.from),
    ...addressFields('dest', message.to),
    esm_class: 0,
    registered_delivery: reportWanted ? 1 : 0,
    data_coding: dataCoding,
    validity_period: validForSeconds === undefined ? '' : relativeTime(validForSeconds),
  };
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) {
    return [{ ...common, short_message: only }];
  }
  if (how === 'payload') {
    const [whole] = encodeText(message.text, true).parts;
    return [{ ...common, short_message: Buffer.alloc(0), message_payload: whole }];
  }
  if (parts.length > maxParts) {
    return undefined;
  }
  return parts.map((part, index) =>
    how === 'udh'
      ? {
          ...common,
          esm_class: userDataHeader,
          // GSM 03.40, 9.2.3.24.1: concatenated, with a reference of 8 bits.
          short_message: Buffer.concat([Buffer.from([5, 0, 3, reference % 256, parts.length, index + 1]), part]),
        }
      : {
          ...common,
          short_message: part,
          sar_msg_ref_num: reference % 65_536,
          sar_total_segments: parts.length,
          sar_segment_seqnum: index + 1,
        },
  );
}

/** Kind of number and numbering plan (SMPP 3.4, 5.2.5 and 5.2.6). */
function addressFields(of: 'source' | 'dest', address: string): PduFields {
  const [ton, npi] = kindOf(address);
  const digits = address.replace(/^\+/, '');
  return of === 'source'
    ? { source_addr_ton: ton, source_addr_npi: npi, source_addr: digits }
    : { dest_addr_ton: ton, dest_addr_npi: npi, destination_addr: digits };
}

function kindOf(address: string): readonly [number, number] {
  if (/^\+\d+$/.test(address)) {
    return [1, 1];
  }
  return /^\d+$/.test(address) ? [0, 1] : [5, 0];
}

/** SMPP 3.4, 7.1.1.2: days, hours, minutes and seconds from when the SMSC has it. */
function relativeTime(seconds: number): string {
  const left = Math.min(seconds, maxValiditySeconds);
  const digits = [86_400, 3_600, 60, 1].map((unit, index, units) => {
    const larger = units[index - 1];
    return String(Math.floor((larger === undefined ? left : left % larger) / unit)).padStart(2, '0');
  });
  return `0000${digits.join('')}000R`;
}
