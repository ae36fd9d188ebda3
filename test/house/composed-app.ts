// The app, composed as in production but with storage that nobody ever asks anything of: for what is made from the
// list of operations.
import { randomBytes } from 'node:crypto';
import type { ComposedApp } from '../../functions/compose.js';
import type { Guest } from '../../functions/compose-options.js';
import { composeOn } from '../app/compose-on.js';

/** Port 9 is `discard`: a request by mistake fails at once. */
const nowhere = ['Table', 'Blob', 'Queue'].map((service) => `${service}Endpoint=http://127.0.0.1:9/nowhere`);

/** @param guest one more capability */
export function composeForReading(guest?: Guest): Promise<ComposedApp> {
  const accountKey = randomBytes(64).toString('base64');
  return composeOn(['AccountName=nowhere', `AccountKey=${accountKey}`, ...nowhere].join(';'), {
    ...(guest && { guest }),
  });
}
