// The report of one text, for its owner, who brings the id. Whom it was to is known until it is final alone.
import type { Clock } from '../time/clock.js';
import type { GeographySlug } from '../geography/index.js';
import { isFinal, type ReportedStatus, type TextFacts } from './model.js';
import { guidIn, outgoingId } from './message-id.js';
import type { Seals } from './seal.js';
import type { SentTexts } from './sent-texts.js';

export interface FoundReport {
  readonly messageId: string;
  /** Empty once the report is final. */
  readonly from: string;
  readonly to: string;
  readonly status: ReportedStatus;
  readonly code: number;
  /** Product ms. */
  readonly at: number;
  readonly segmentsSucceeded: number;
  readonly segmentsFailed: number;
  readonly tag?: string | undefined;
}

export interface FindReportParts {
  readonly texts: SentTexts;
  readonly seals: Seals;
  readonly clock: Clock;
  readonly geography: GeographySlug;
}

/** undefined while nothing was reported, a day after the text, and for an id that is none of this resource. */
export async function findReport(
  { texts, seals, clock, geography }: FindReportParts,
  resourceId: string,
  messageId: string,
): Promise<FoundReport | undefined> {
  const guid = guidIn(messageId);
  const text = guid === undefined ? undefined : await texts.find(guid);
  if (guid === undefined || text?.resourceId !== resourceId || text.keptUntil <= clock.now()) {
    return undefined;
  }
  const { state, code, at, sealed, segments, createdOn, parts } = text;
  if (outgoingId(geography, createdOn, guid) !== messageId || !(isFinal(state) || state === 'Unknown')) {
    return undefined;
  }
  const { from, to, tag } = sealed === '' ? { from: '', to: '' } : seals.open<TextFacts>(guid, sealed);
  const known = Object.values(parts);
  const arrived = known.length === 0 ? (state === 'Delivered' ? segments : 0) : known.filter((each) => each).length;
  const all = known.length === 0 ? segments : known.length;
  return {
    messageId,
    from,
    to,
    status: state,
    code,
    at,
    segmentsSucceeded: arrived,
    segmentsFailed: all - arrived,
    ...(tag !== undefined && { tag }),
  };
}
