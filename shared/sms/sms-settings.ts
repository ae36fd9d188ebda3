// How texts leave, as an operator sets it: DOMICILE_SMS.
import { z } from 'zod';
import { isAlphanumeric } from './senders.js';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function isCarrierUrl(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname, username, hash } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  return isSafe && username === '' && hash === '';
}

const Name = z.string().refine(isAlphanumeric, 'is no alphanumeric sender: at most 11 letters, digits and spaces');

/**
 * @example
 * { "url": "https://carrier.example/texts", "repeats": "at-most-once", "names": { "contoso": ["CONTOSO"] } }
 */
export const SmsSettingsShape = z.strictObject({
  /** Where texts are handed over; only what comes in is taken without it. */
  url: z.string().max(2_048).refine(isCarrierUrl, 'is no https address').optional(),
  /** Whether a text may be handed over again when nobody knows whether the carrier has it. */
  repeats: z.enum(['at-most-once', 'at-least-once']).default('at-most-once'),
  /** Names of resources, or `*` for all, and under which names they may send. */
  names: z.record(z.string().max(63), z.array(Name).max(100)).default({}),
});

export type SmsSettings = z.output<typeof SmsSettingsShape>;

/** Whether a resource may send under a name; letters count as they are. */
export function mayUseName({ names }: Pick<SmsSettings, 'names'>, resource: string, name: string): boolean {
  return [resource, '*'].some((key) => Object.hasOwn(names, key) && names[key]?.includes(name) === true);
}
