// A recorded file in our own words: one chunk of a recording, which is kept for a day from its completion.
import type { PersonalIdentifier } from '../data-map/index.js';

export interface RecordingFile {
  /** Of this file; letters, digits, hyphens and underscores. */
  readonly id: string;
  readonly contentType: string;
  /** Raw ids of everybody who can be heard or seen: `8:acs:...` or `4:+...`. */
  readonly participants: readonly string[];
  /** When the file was complete, product ms: its 24 hours begin. */
  readonly completedOn: number;
}

/** Kind of the due work that removes files whose day is over. */
export const dropRecordingKind = 'drop-recording';

/** Who takes part, by the raw id. */
export function participantOf(rawId: string): PersonalIdentifier {
  return rawId.startsWith('4:') ? { kind: 'phoneNumber', e164: rawId.slice(2) } : { kind: 'identity', rawId };
}
