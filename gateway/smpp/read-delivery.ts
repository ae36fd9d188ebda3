// What an SMSC delivers: a receipt, a text, or a part of one.
import { numberAsE164 } from '../../shared/sms/number-form.js';
import { type CarrierReport, readReceipt } from './carrier-report.js';
import { bytesField, numberField, type PduFields, textField } from './pdu.js';
import { textOfOctets } from './text-of-octets.js';

/** A text, or the part `number` of `of` that have the same reference. */
export interface DeliveredText {
  readonly kind: 'text';
  readonly from: string;
  readonly to: string;
  readonly octets: Buffer;
  readonly dataCoding: number;
  readonly part: PartOfText | undefined;
  /** As the SMSC calls it; most do not. */
  readonly messageId: string;
}

export interface PartOfText {
  /** References of different sorts are no more the same than different ones. */
  readonly reference: string;
  readonly number: number;
  readonly of: number;
}

export type Delivery =
  | DeliveredText
  | { readonly kind: 'report'; readonly report: CarrierReport }
  /** Nothing that has to be told: not final, or an acknowledgement of a phone. */
  | { readonly kind: 'nothing' }
  /** It will never be understood. */
  | { readonly kind: 'unreadable' };

/** SMPP 3.4, 5.2.12. */
const kindBits = 0x3c;
const receiptBits = 0x04;
const headerBit = 0x40;
/** SMPP 3.4, 5.2.5. */
const typeOfNumber = { international: 1, national: 2, alphanumeric: 5 } as const;

export function readDelivery(fields: PduFields): Delivery {
  const esmClass = numberField(fields, 'esm_class') ?? 0;
  const dataCoding = numberField(fields, 'data_coding') ?? 0;
  const short = bytesField(fields, 'short_message');
  const all = short.length > 0 ? short : bytesField(fields, 'message_payload');
  const kind = esmClass & kindBits;
  if (kind === receiptBits || (kind === 0 && numberField(fields, 'message_state') !== undefined)) {
    const report = readReceipt(fields, textOfOctets(all, dataCoding) ?? all.toString('latin1'));
    if (report === undefined) {
      return { kind: 'unreadable' };
    }
    return report === 'onItsWay' ? { kind: 'nothing' } : { kind: 'report', report };
  }
  if (kind !== 0) {
    return { kind: 'nothing' };
  }
  const header = (esmClass & headerBit) === 0 ? undefined : readHeader(all);
  const octets = header === undefined ? all : all.subarray(header.bytes);
  if (octets.length === 0 || textOfOctets(octets, dataCoding) === undefined) {
    return { kind: 'unreadable' };
  }
  return {
    kind: 'text',
    from: addressOf(numberField(fields, 'source_addr_ton'), textField(fields, 'source_addr')),
    to: addressOf(numberField(fields, 'dest_addr_ton'), textField(fields, 'destination_addr')),
    // Of its own memory: the unit that it lies in is let go of.
    octets: Buffer.from(octets),
    dataCoding,
    part: header?.part ?? segmentOf(fields),
    messageId: textField(fields, 'receipted_message_id'),
  };
}

/** GSM 03.40, 9.2.3.24: elements, each with a number, a length and so many octets. */
function readHeader(all: Buffer): { readonly bytes: number; readonly part: PartOfText | undefined } {
  const bytes = Math.min((all[0] ?? 0) + 1, all.length);
  let part: PartOfText | undefined;
  for (let at = 1; at + 2 <= bytes; at += 2 + (all[at + 1] ?? 0)) {
    const element = all.subarray(at + 2, Math.min(at + 2 + (all[at + 1] ?? 0), bytes));
    if (all[at] === 0x00 && element.length === 3) {
      part = partOf(`8:${element[0]}`, element[2], element[1]);
    } else if (all[at] === 0x08 && element.length === 4) {
      part = partOf(`16:${element.readUInt16BE(0)}`, element[3], element[2]);
    }
  }
  return { bytes, part };
}

function segmentOf(fields: PduFields): PartOfText | undefined {
  const reference = numberField(fields, 'sar_msg_ref_num');
  return reference === undefined
    ? undefined
    : partOf(`sar:${reference}`, numberField(fields, 'sar_segment_seqnum'), numberField(fields, 'sar_total_segments'));
}

/** @returns undefined for one alone, and for what cannot be, which the standard says to read as if it were not there */
function partOf(reference: string, number: number | undefined, of: number | undefined): PartOfText | undefined {
  return number === undefined || of === undefined || of < 2 || number < 1 || number > of
    ? undefined
    : { reference, number, of };
}

/** With the + that belongs to it, except where it is said to be a name, or a number of one country. */
function addressOf(ton: number | undefined, address: string): string {
  if (ton === typeOfNumber.alphanumeric || (ton === typeOfNumber.national && !/^(\+|00)/.test(address))) {
    return address;
  }
  const isInternational = ton === typeOfNumber.international && /^\d+$/.test(address);
  return numberAsE164(isInternational ? `+${address.replace(/^00/, '')}` : address);
}
