// The hop header: a signed statement of the geography that passes a request on. It says at which host the client asked,
// for which one request and which one geography it holds, and it holds for a minute of real time (JWS, RFC 7515).
import { hash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type SigningKeys, signJws, verifyJws } from '../auth/index.js';
import { type GeographySlug, geographySlugs } from '../geography/index.js';
import type { Hop } from './peers.js';

export const hopHeader = 'x-domicile-hop';

const hopType = 'hop+jwt';
const lifeSeconds = 60;
/** How far the clock of another geography may be ahead. */
const maxAheadSeconds = 10;
const maxTokenLength = 4_096;

const Claims = z.object({
  iss: z.enum(geographySlugs),
  aud: z.enum(geographySlugs),
  origin: z.string().regex(/^https?:\/\/[a-z0-9_.:[\]-]{1,300}$/),
  request: z.string(),
  budget: z.number().int().min(0).max(600_000),
  iat: z.number().int(),
  exp: z.number().int(),
  jti: z.uuid(),
});

interface Request {
  readonly method: string;
  /** Absolute; only its path and its query are signed. */
  readonly url: string;
}

export interface HopSender {
  readonly geography: GeographySlug;
  readonly keys: Pick<SigningKeys, 'current'>;
}

export function signHop(
  { geography, keys }: HopSender,
  hop: { readonly to: GeographySlug; readonly request: Request; readonly budgetMs: number; readonly jti: string },
  realNow: number,
): string {
  const iat = Math.floor(realNow / 1000);
  return signJws(keys, hopType, {
    iss: geography,
    aud: hop.to,
    origin: splitUrl(hop.request.url).origin.toLowerCase(),
    request: digestOf(hop.request),
    budget: Math.max(0, Math.floor(hop.budgetMs)),
    iat,
    exp: iat + lifeSeconds,
    jti: hop.jti,
  });
}

/**
 * What the statement says, if a known geography made it for this geography, this request and this minute.
 *
 * @param keysOf public keys of a geography by `kid`; undefined when it is not known
 */
export function verifyHop(
  token: string,
  request: Request,
  geography: GeographySlug,
  keysOf: (from: GeographySlug) => ReadonlyMap<string, KeyObject> | undefined,
  realNow: number,
): Hop | undefined {
  if (token.length > maxTokenLength) {
    return undefined;
  }
  // Who says to have made it is read first: only that geography's keys count, so that none speaks for another.
  const claimed = Claims.safeParse(unverifiedPayload(token)).data?.iss;
  const keys = claimed === undefined ? undefined : keysOf(claimed);
  if (keys === undefined) {
    return undefined;
  }
  const claims = Claims.safeParse(verifyJws(token, hopType, keys)).data;
  if (claims === undefined || claims.aud !== geography || claims.request !== digestOf(request)) {
    return undefined;
  }
  const now = realNow / 1000;
  const isTimely = claims.iat <= now + maxAheadSeconds && now < claims.exp && claims.exp - claims.iat <= lifeSeconds;
  return isTimely ? { from: claims.iss, origin: claims.origin, budgetMs: claims.budget } : undefined;
}

/** Scheme and host, and the rest, as they stand in an absolute URL. */
export function splitUrl(url: string): { readonly origin: string; readonly target: string } {
  const hostStart = url.indexOf('//') + 2;
  const length = url.slice(hostStart).search(/[/?#]|$/);
  const target = url.slice(hostStart + length);
  return { origin: url.slice(0, hostStart + length), target: target.startsWith('/') ? target : `/${target}` };
}

/** Platforms decode paths and encode them again, so each segment counts decoded; queries stay as they were sent. */
function digestOf({ method, url }: Request): string {
  const { target } = splitUrl(url);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const segments = path.split('/').map(decoded);
  return hash('sha256', JSON.stringify([method.toUpperCase(), segments, target.slice(path.length)]), 'base64url');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function unverifiedPayload(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.', 3)[1] ?? '', 'base64url').toString());
  } catch {
    return undefined;
  }
}
