// What the three commands about a person have in common: whom they concern, and where their outcome goes.
import type { ResourceRun } from '../resources/resource-run.js';

export interface PrivacyRun extends ResourceRun {
  readonly personId: string;
  /** Folder of what is written; made when there is something to write. */
  readonly outFolder: string;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  /** The outcome. */
  print(text: string): void;
}
