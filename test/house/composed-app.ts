// The app, composed as in production but with storage that nobody ever asks anything of: for what is made from the
// list of operations.
import { randomBytes } from 'node:crypto';
import { type ComposedApp, compose } from '../../functions/compose.js';
import { readConfig } from '../../functions/config.js';

/** Port 9 is `discard`: a request by mistake fails at once. */
const nowhere = ['Table', 'Blob', 'Queue'].map((service) => `${service}Endpoint=http://127.0.0.1:9/nowhere`);

export async function composeForReading(): Promise<ComposedApp> {
  const config = readConfig({
    DOMICILE_GEOGRAPHY: 'europe',
    DOMICILE_DEFAULT_RESOURCE: 'contoso-europe',
    DOMICILE_EMULATOR: '1',
    DOMICILE_MASTER_SECRET: randomBytes(32).toString('base64'),
    AzureWebJobsStorage: ['AccountName=nowhere', `AccountKey=${randomBytes(64).toString('base64')}`, ...nowhere].join(
      ';',
    ),
  });
  return compose(config, { reportFailure: () => undefined });
}
