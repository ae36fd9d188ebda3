// Reads a delivery receipt: in fields of its own, or as the text that SMPP 3.4 shows in appendix B, or both.
import { maxMessageIdOctets } from './limits.js';
import { bytesField, numberField, type PduFields, textField } from './pdu.js';

export interface CarrierReport {
  /** What the SMSC called the message when it took it. */
  readonly reference: string;
  readonly status: 'delivered' | 'failed' | 'expired' | 'rejected' | 'unknown';
  /** The SMSC's own word for the reason. */
  readonly code?: string;
}

type State = CarrierReport['status'] | 'onItsWay';

/** SMPP 3.4, 5.2.28; 0 and 9 are of version 5. */
const states: Readonly<Record<number, State>> = {
  0: 'onItsWay',
  1: 'onItsWay',
  2: 'delivered',
  3: 'expired',
  4: 'failed',
  5: 'failed',
  6: 'onItsWay',
  7: 'unknown',
  8: 'rejected',
  9: 'failed',
};

/** Appendix B, by the first letters that tell them apart: they are written in several ways. */
const words: readonly (readonly [RegExp, State])[] = [
  [/^deliv/, 'delivered'],
  [/^expir/, 'expired'],
  [/^(delet|undel|fail|skip)/, 'failed'],
  [/^(accep|enrou|sched|buffe)/, 'onItsWay'],
  [/^rej/, 'rejected'],
  [/^unk/, 'unknown'],
];

/**
 * @param text of the receipt
 * @returns undefined when it names no message, or no state; `onItsWay` when it is not final
 */
export function readReceipt(fields: PduFields, text: string): CarrierReport | 'onItsWay' | undefined {
  const [head = ''] = text.split(/\btext:/i);
  const reference = textField(fields, 'receipted_message_id') || (/\bid:\s*(\S+)/i.exec(head)?.[1] ?? '');
  const status = stateOf(numberField(fields, 'message_state'), /\bstat:\s*([a-z]+)/i.exec(head)?.[1]);
  if (reference === '' || reference.length > maxMessageIdOctets || status === undefined) {
    return undefined;
  }
  if (status === 'onItsWay') {
    return status;
  }
  const code = codeOf(bytesField(fields, 'network_error_code'), /\berr:\s*([0-9a-z]{1,16})\b/i.exec(head)?.[1]);
  return { reference, status, ...(code !== undefined && { code }) };
}

function stateOf(state: number | undefined, word: string | undefined): State | undefined {
  const named = state === undefined ? undefined : states[state];
  return named ?? words.find(([pattern]) => pattern.test(word?.toLowerCase() ?? ''))?.[1];
}

/** Three octets: the network, and its number of the error (5.3.2.31). */
function codeOf(networkError: Buffer, word: string | undefined): string | undefined {
  if (word !== undefined && !/^0*$/.test(word)) {
    return word;
  }
  return networkError.length === 3 && networkError.readUInt16BE(1) > 0
    ? `${networkError[0]}-${networkError.readUInt16BE(1)}`
    : undefined;
}
