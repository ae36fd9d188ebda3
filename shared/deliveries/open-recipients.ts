// Of a delivery: whose outcome is open. The others are there only until the capability has been told what became of them.
import type { KeptDelivery, Lane } from './model.js';

/** @param lane with what could not be told of its head; of a delivery behind it nothing was told yet */
export function openRecipients(
  { untold }: Pick<Lane, 'untold'>,
  { recipients }: Pick<KeptDelivery, 'recipients'>,
): KeptDelivery['recipients'] {
  const isOpen = ({ id }: { readonly id: string }) => !untold.some(({ recipient }) => recipient === id);
  return untold.length === 0 ? recipients : recipients.filter(isOpen);
}
