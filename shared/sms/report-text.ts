// Records what became of a text, and tells it: first outside, then in its record, with which whom it was to is gone.
import type { Burials } from '../announcements/index.js';
import type { Clock } from '../time/clock.js';
import { isFinal, type TextFacts, type TextPart, type TextReport } from './model.js';
import type { Seals } from './seal.js';
import { nobody, type SentTexts } from './sent-texts.js';
import type { TextReferences } from './text-references.js';
import type { StoredText } from './text-rows.js';

export interface ReportParts {
  readonly texts: SentTexts;
  readonly references: Pick<TextReferences, 'find' | 'hashOf'>;
  readonly seals: Seals;
  readonly clock: Clock;
  readonly wasDeleted: Burials['wasDeleted'];
  /** Told of each text whose report is final or unknown; at least once. When it throws, it is told again. */
  tell(report: ReportedText): Promise<void>;
}

/** The only place where what became of a text still has a recipient. */
export interface ReportedText extends TextFacts, TextReport {
  readonly resourceId: string;
  readonly guid: string;
  /** When it was accepted, product ms. */
  readonly createdOn: number;
  readonly segmentsSucceeded: number;
  readonly segmentsFailed: number;
}

/**
 * A report that comes late, twice or out of order does no harm: the first that is final holds.
 *
 * @param part which it is about, of a text that needs several; the last of them makes it final
 * @returns whether there is such a text
 */
export async function reportText(
  parts: ReportParts,
  guid: string,
  report: TextReport,
  part?: TextPart,
): Promise<boolean> {
  const { texts } = parts;
  const found = await texts.find(guid);
  if (found === undefined || found.keptUntil <= parts.clock.now()) {
    return false;
  }
  if (isFinal(found.state)) {
    return true;
  }
  if (part !== undefined && Math.max(part.of, found.partCount) > 1 && report.status !== 'Unknown') {
    await texts.change(found.hash, (text) => withPart(text, report, part), found);
    const now = await texts.find(guid);
    const whole = now && wholeOf(now, report);
    if (now !== undefined && whole !== undefined) {
      await settle(parts, guid, now, whole, countsOf(now));
    }
    return true;
  }
  const { segments } = found;
  const isDelivered = report.status === 'Delivered';
  await settle(parts, guid, found, report, [isDelivered ? segments : 0, isDelivered ? 0 : segments]);
  return true;
}

/** The first report of a part says how many there are; what says otherwise is about no part of this text. */
function withPart({ parts, partCount, state }: StoredText, { status }: TextReport, { number, of }: TextPart) {
  const isKnown = isFinal(state) || Object.hasOwn(parts, String(number));
  const isOther = partCount !== 0 && of !== partCount;
  return isKnown || isOther ? undefined : { parts: { ...parts, [number]: status === 'Delivered' }, partCount: of };
}

/** undefined while something of it is not heard of. */
function wholeOf({ parts, partCount }: StoredText, report: TextReport): TextReport | undefined {
  const all = Object.values(parts);
  if (all.length === 0 || all.length < partCount) {
    return undefined;
  }
  if (all.every((arrived) => arrived)) {
    return { ...report, status: 'Delivered', code: 2000 };
  }
  return { ...report, status: 'Failed', code: report.status === 'Failed' ? report.code : 5000 };
}

function countsOf({ parts }: StoredText): readonly [number, number] {
  const all = Object.values(parts);
  const arrived = all.filter((each) => each).length;
  return [arrived, all.length - arrived];
}

async function settle(
  parts: ReportParts,
  guid: string,
  text: StoredText,
  { status, code, at }: TextReport,
  [segmentsSucceeded, segmentsFailed]: readonly [number, number],
): Promise<void> {
  const { texts, seals, wasDeleted, tell } = parts;
  const { resourceId, createdOn } = text;
  // Told twice is the same event; an unknown one is not told again as unknown.
  const isNew = text.state !== status;
  if (isNew && text.sealed !== '') {
    const facts = seals.open<TextFacts>(guid, text.sealed);
    const isErased = await wasDeleted(resourceId, { kind: 'phoneNumber', e164: facts.to }, createdOn);
    if (!isErased) {
      await tell({ ...facts, resourceId, guid, createdOn, status, code, at, segmentsSucceeded, segmentsFailed });
    }
  }
  const end = { state: status, code, at, isAccepted: true, ...(isFinal(status) && nobody) };
  await texts.change(text.hash, ({ state }) => (isFinal(state) || state === status ? undefined : end), text);
}
