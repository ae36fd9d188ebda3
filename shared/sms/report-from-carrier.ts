// Takes what a carrier says of a text: by our id of it, or by the carrier's own.
import { codeOr, type DeliveryCode } from './delivery-codes.js';
import { guidIn } from './message-id.js';
import type { ReportedStatus, TextPart } from './model.js';
import { type ReportParts, reportText } from './report-text.js';

export interface CarrierReport {
  readonly id?: string | undefined;
  readonly reference?: string | undefined;
  readonly status: 'delivered' | 'failed' | 'expired' | 'rejected' | 'unknown';
  readonly code?: string | undefined;
  readonly part?: TextPart | undefined;
}

/** @returns whether there is such a text; the hand-over may not be recorded yet */
export async function reportFromCarrier(parts: ReportParts, report: CarrierReport): Promise<boolean> {
  const { id, reference, status, code, part } = report;
  const referred = reference === undefined ? undefined : await parts.references.find(reference);
  const guid = id === undefined ? referred?.guid : guidIn(id);
  if (guid === undefined) {
    return false;
  }
  const [said, otherwise] = meanings[status];
  const at = Math.floor(parts.clock.now());
  return reportText(parts, guid, { status: said, code: codeOr(code, otherwise), at }, part ?? referred?.part);
}

const meanings: Readonly<Record<CarrierReport['status'], readonly [ReportedStatus, DeliveryCode]>> = {
  delivered: ['Delivered', 2000],
  failed: ['Failed', 5000],
  expired: ['Failed', 4006],
  rejected: ['Failed', 4005],
  unknown: ['Unknown', 9999],
};
