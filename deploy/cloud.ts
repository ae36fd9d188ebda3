// The small port behind which everything is that needs a cloud: tests play it, and azure-cloud.ts is the real one.
import type { GeographySlug } from '../shared/geography/index.js';

/** What a stack says of itself when it is up; the names are those of its outputs. */
export interface StackFacts {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly functionApp: string;
  readonly hosting: 'flex' | 'dedicated';
  /** Where a Flex app takes its code. */
  readonly publishHost: string;
  readonly storageAccount: string;
  /** Where a Dedicated app reads its code. */
  readonly deploymentContainer: string;
  /** Where the app answers, with `https://`. */
  readonly endpoint: string;
}

/** Who a token is for. */
export type Audience = 'https://management.azure.com' | 'https://storage.azure.com';

export interface Cloud {
  /** What this machine lacks, one sentence each with what to do; changes nothing. */
  missingTools(): Promise<readonly string[]>;
  /** What the stack of a geography lacks, likewise; asked only when no tool is missing. */
  missingOfStack(geography: GeographySlug): Promise<readonly string[]>;
  /** Changes when the program or the configuration of the stack does. */
  stackVersion(geography: GeographySlug): Promise<string>;
  /** Makes the stack what its program says. Rejects with a sentence. */
  updateStack(geography: GeographySlug, onProgress: (line: string) => void): Promise<void>;
  /** Undefined while the stack has no app. */
  readStack(geography: GeographySlug): Promise<StackFacts | undefined>;
  /** A bearer token of whoever is logged in. */
  token(audience: Audience): Promise<string>;
}
