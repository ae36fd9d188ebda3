// The function app composed inside a test, over a storage account and without HTTP: so a test can stop it at any storage
// call, and measure it.
import { compose, type ComposedApp } from '../../functions/compose.js';
import type { Guest } from '../../functions/compose-options.js';
import { readConfig } from '../../functions/config.js';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import type { CallObserver } from '../../shared/storage/index.js';
import type { Ids } from '../../shared/time/ids.js';

export interface ComposeOnOptions {
  readonly observers?: readonly CallObserver[];
  readonly privacyKeys?: string;
  /** How far its product time is ahead, ms. */
  readonly clockOffsetMs?: number;
  /** Further settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Instead of random ones. */
  readonly ids?: Ids;
  /** 0 where no other process has to hear of an export before it begins. */
  readonly hearingMs?: number;
  /** One more capability. */
  readonly guest?: Guest;
  reportFailure?(operationName: string, requestId: string, failure: unknown): void;
}

/** One composition with caches of its own, as a process of the function app has them. */
export function composeOn(connectionString: string, options: ComposeOnOptions = {}): Promise<ComposedApp> {
  const {
    observers = [],
    privacyKeys = 'primary,secondary',
    clockOffsetMs = 0,
    settings = {},
    reportFailure,
    ids,
    hearingMs,
    guest,
  } = options;
  const config = readConfig(
    {
      DOMICILE_EMULATOR: '1',
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_DEFAULT_RESOURCE: 'contoso',
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      DOMICILE_PRIVACY_KEYS: privacyKeys,
      DOMICILE_CLOCK_OFFSET_MS: String(clockOffsetMs),
      AzureWebJobsStorage: connectionString,
      ...settings,
    },
    true,
  );
  return compose(config, {
    reportFailure: reportFailure ?? (() => undefined),
    observers,
    ...(ids && { ids }),
    ...(guest && { guest }),
    ...(hearingMs !== undefined && { hearingMs }),
  });
}
