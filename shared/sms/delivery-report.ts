// What became of a text, as it is told outside and as the owner may ask for it.
import type { RowEvent } from '../events/index.js';
import type { GeographySlug } from '../geography/index.js';
import { toIso } from '../time/instant.js';
import { detailsOf } from './delivery-codes.js';
import { smsDeliveryReport } from './event-types.js';
import { sentTextLifeMs, tellReportMs } from './limits.js';
import { outgoingId } from './message-id.js';
import type { ReportedText } from './report-text.js';

export function deliveryReportEvent(geography: GeographySlug, report: ReportedText): RowEvent {
  const { resourceId, guid, createdOn, from, to, status, code, at, tag, segmentsSucceeded, segmentsFailed } = report;
  const timestamp = toIso(at);
  return {
    type: smsDeliveryReport,
    about: [resourceId, guid, status],
    subject: `/phonenumber/${from.replace(/^\+/, '')}`,
    time: at,
    // Whom it was to is kept for a day, wherever.
    triedForMs: Math.min(sentTextLifeMs, Math.max(tellReportMs, createdOn + sentTextLifeMs - at)),
    data: {
      messageId: outgoingId(geography, createdOn, guid),
      from,
      to,
      deliveryStatus: status,
      deliveryStatusDetails: detailsOf(code),
      deliveryAttempts: [{ timestamp, segmentsSucceeded, segmentsFailed }],
      receivedTimestamp: timestamp,
      ...(tag !== undefined && { tag }),
    },
    concerns: [{ kind: 'phoneNumber', e164: to }],
  };
}
