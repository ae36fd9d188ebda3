// How calls are carried and applications are told, as an operator sets it: DOMICILE_CALLING.
import { z } from 'zod';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function isMediaUrl(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname, username, hash } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  return isSafe && username === '' && hash === '';
}

/** What receivers of ACS expect, word for word. */
export const issuerOfAcs = 'https://acscallautomation.communication.azure.com';

/**
 * @example
 * { "url": "https://media.example/commands", "issuer": "https://contoso.europe.example.org", "receivers": "private" }
 */
export const CallingSettingsShape = z.strictObject({
  /** Of the media server, which gets commands there. In the emulator there is a simulator without it. */
  url: z.string().max(2_048).refine(isMediaUrl, 'is no https address').optional(),
  /** How tokens of callbacks name who has signed them. */
  issuer: z.string().min(1).max(256).default(issuerOfAcs),
  /** Where callbacks and streams may go: addresses that anybody can reach, or those of private networks too. */
  receivers: z.enum(['public', 'private']).default('public'),
  /** Of the simulator: as long as they would be heard, or not at all. */
  plays: z.enum(['timed', 'at-once']).default('timed'),
});

export type CallingSettings = z.output<typeof CallingSettingsShape>;
