// Where attachments may lead: to the resource that they were sent to. Clients load and open these addresses when somebody
// reads a message: one of elsewhere would tell another server who reads it and when, and `javascript:` would run.
import { Fault } from '../http/index.js';
import { chatFaults } from './faults.js';
import type { Attachment } from './model.js';

/**
 * @param origin scheme, host and port that the request came to; what is relative is meant from there
 * @throws {Fault} 400 for any other address
 */
export function requireOwnAddresses(attachments: readonly Attachment[], origin: string): void {
  const own = new URL(origin).origin;
  for (const [index, { url, previewUrl }] of attachments.entries()) {
    for (const [name, address] of Object.entries({ url, previewUrl })) {
      if (address !== undefined && !isAt(own, address)) {
        throw new Fault(chatFaults.foreignAddress, { target: `attachments[${index}].${name}` });
      }
    }
  }
}

/** As a browser reads it, which forgives much. */
function isAt(origin: string, address: string): boolean {
  if (!URL.canParse(address, origin)) {
    return false;
  }
  const url = new URL(address, origin);
  // The origin of `blob:` is that of what stands behind it.
  const isWeb = url.protocol === new URL(origin).protocol;
  return isWeb && url.origin === origin && `${url.username}${url.password}` === '';
}
