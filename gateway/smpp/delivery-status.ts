// What the SMSC is answered to what it brings (SMPP 3.4, 5.1.3).
import { statuses } from './pdu.js';
import type { Told } from './teller.js';

export const taken = 0;
/** `later`: it keeps it, and brings it again; `never`: it does not. */
export const { ESME_RX_T_APPN: later = 0x64, ESME_RX_R_APPN: never = 0x66 } = statuses;

export function statusOf(told: Told): number {
  return told === 'taken' ? taken : told === 'later' ? later : never;
}
