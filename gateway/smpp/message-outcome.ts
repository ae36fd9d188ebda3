// What a command status of the SMSC means for the message that it answers (SMPP 3.4, 5.1.3).
import { temporarySeconds, throttledSeconds } from './limits.js';
import { statuses, statusName } from './pdu.js';

/** As the contract with the app has it. */
export type Outcome =
  | { readonly outcome: 'taken'; readonly references?: readonly string[] }
  | { readonly outcome: 'deferred'; readonly reason?: string; readonly retryAfterSeconds: number }
  | { readonly outcome: 'refused'; readonly reason: string; readonly references?: readonly string[] }
  | { readonly outcome: 'unknown'; readonly reason?: string; readonly references?: readonly string[] };

/** Whoever submits it again later may have more luck; all others would be answered the same for ever. */
const deferring: ReadonlyMap<number | undefined, number> = new Map([
  [statuses['ESME_RTHROTTLED'], throttledSeconds],
  [statuses['ESME_RMSGQFUL'], throttledSeconds],
  // Of the SMSC itself, not of the message.
  [statuses['ESME_RSYSERR'], temporarySeconds],
  [statuses['ESME_RINVBNDSTS'], temporarySeconds],
  [statuses['ESME_RX_T_APPN'], temporarySeconds],
]);

/** @param status that is none of success */
export function outcomeOf(status: number): Extract<Outcome, { readonly outcome: 'deferred' | 'refused' }> {
  const seconds = deferring.get(status);
  const reason = statusName(status);
  return seconds === undefined
    ? { outcome: 'refused', reason }
    : { outcome: 'deferred', reason, retryAfterSeconds: seconds };
}
