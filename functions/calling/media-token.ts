// By which applications know who opens a stream to them: ACS "Secure webhook endpoints and WebSocket connections".
import { signJws } from '../../shared/auth/index.js';
import { streamTokenSeconds } from '../../shared/calling/index.js';
import type { Foundation } from '../foundation.js';

/** @param resourceId immutable id, whom it is for */
export function mediaToken(
  { callbackKeys, clock }: Pick<Foundation, 'callbackKeys' | 'clock'>,
  issuer: string,
  resourceId: string,
): string {
  const seconds = Math.floor(clock.realNow() / 1_000);
  return signJws(callbackKeys.get(), 'JWT', {
    iss: issuer,
    aud: resourceId,
    iat: seconds,
    nbf: seconds,
    exp: seconds + streamTokenSeconds,
  });
}
