// What the three commands about a person have in common: whom they concern, and where their outcome goes.
import type { ResourceRun } from '../resources/resource-run.js';

export interface PrivacyRun extends ResourceRun {
  /** undefined when it concerns identifiers that belong to no person. */
  readonly personId: string | undefined;
  /** To be linked to the person, or in place of it; else empty. */
  readonly identifiers: readonly string[];
  /** For files: whom it concerns, without saying an identifier. */
  readonly whom: string;
  /** Folder of what is written; made when there is something to write. */
  readonly outFolder: string;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  /** The outcome. */
  print(text: string): void;
}
