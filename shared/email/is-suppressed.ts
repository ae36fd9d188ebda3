// Whether mail of a domain must not go to an address: asked for each recipient, so it is one point read.
import type { MailDomain, Suppression } from './model.js';
import type { EmailParts } from './parts.js';

type SuppressionParts = Pick<EmailParts, 'addresses' | 'clock'>;

/** @returns undefined when the address is not suppressed; with its end when it is for a time */
export function findSuppression(
  { addresses, clock }: SuppressionParts,
  where: MailDomain,
  address: string,
): Promise<Suppression | undefined> {
  return addresses.suppression(where, address, clock.now());
}

export async function isSuppressed(parts: SuppressionParts, where: MailDomain, address: string): Promise<boolean> {
  return (await findSuppression(parts, where, address)) !== undefined;
}
