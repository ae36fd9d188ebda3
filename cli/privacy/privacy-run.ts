// What the commands about a person have in common: whom they concern, and where their outcome goes.
import type { ResourceRun } from '../resources/resource-run.js';
import type { AskedManagement } from './managed-geographies.js';

export interface PrivacyRun extends ResourceRun {
  /** What they keep of subscriptions is asked too. */
  readonly managements: readonly AskedManagement[];
  /** undefined when it concerns identifiers that belong to no person. */
  readonly personId: string | undefined;
  /** To be linked to the person; else what is known beyond the links. */
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
