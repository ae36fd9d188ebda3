// What a geography is told of the others: where they are, the keys they sign hop headers with, and the hosts whose name
// does not say where they belong. Read from settings; in the emulator told again whenever it changes.
import { z } from 'zod';
import { geographySlugs } from '../geography/index.js';

/** Plain http is for one machine only. */
const Address = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1' || url?.hostname === '[::1]';
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url !== undefined && isSafe && url.pathname === '/' && `${url.username}${url.search}${url.hash}` === '') {
    return url.origin;
  }
  context.addIssue({ code: 'custom', message: 'has a url that is not https://host and nothing behind it' });
  return z.NEVER;
});

const PublicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().length(43),
  y: z.string().length(43),
});

export const PeerSettings = z.partialRecord(
  z.enum(geographySlugs),
  z.object({ url: Address, keys: z.array(PublicKey).min(1) }),
);
export type PeerSettings = z.output<typeof PeerSettings>;

/** By host: the name of a resource of this geography, or which geography and resource are meant. */
export const HostSettings = z.record(
  z.string(),
  z.union([z.string(), z.object({ geography: z.enum(geographySlugs), name: z.string() })]),
);
export type HostSettings = z.output<typeof HostSettings>;

export interface World {
  /** May name this geography too; that entry is left out. */
  readonly peers: PeerSettings;
  readonly hosts: HostSettings;
}
