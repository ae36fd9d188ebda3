// The compiled app in a process of its own on an Azurite, driven by the local Functions host.
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { type HostProcess, startHostProcess } from '../emulator/host/host-process.js';

const minuteMs = 60_000;
export const triesBeforeParking = 3;

/** @param minutes how far its product time is ahead */
export function startApp(connectionString: string, minutes: number): Promise<HostProcess> {
  return startHostProcess({
    fixture: 'metered-app.mjs',
    settings: {
      DOMICILE_EMULATOR: '1',
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_DEFAULT_RESOURCE: 'contoso',
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      DOMICILE_CLOCK_OFFSET_MS: String(minutes * minuteMs),
      AzureWebJobsStorage: connectionString,
    },
    hostJson: {
      extensions: {
        http: { routePrefix: '' },
        queues: { maxDequeueCount: triesBeforeParking, visibilityTimeout: '00:00:00', messageEncoding: 'base64' },
      },
    },
  });
}
