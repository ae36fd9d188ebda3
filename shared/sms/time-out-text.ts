// Tells the owner of a text who wants a report by a time that there was none. Nobody brings its id then, so it lies closed in
// the record of such a text, under a secret of the geography.
import { type ReportParts, reportText } from './report-text.js';

/**
 * Due work.
 *
 * @param timeoutId what the id is closed with
 * @returns whether it is dealt with
 */
export async function timeOutText(parts: ReportParts, timeoutId: string, hash: string): Promise<boolean> {
  const text = await parts.texts.findHash(hash);
  if (text !== undefined && text.timeoutSeal !== '') {
    const guid = parts.seals.open<string>(timeoutId, text.timeoutSeal);
    await reportText(parts, guid, { status: 'Failed', code: 5002, at: Math.floor(parts.clock.now()) });
  }
  return true;
}
