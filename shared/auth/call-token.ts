// Tokens that are good for one call only: ES256 JWTs for the audience `call:<id>`, such as a media connection or a
// participant's page holds them. Who has one can do nothing with any other call.
import { z } from 'zod';
import { Fault, faults } from '../http/index.js';
import { signJws, verifyJws } from './jws.js';
import type { SigningKeys } from './signing-keys.js';

/** The `typ` of the header: no user token passes as one, nor the other way round. */
const tokenType = 'call+jwt';
/** As ACS has it for media connections. */
const maxTokenSeconds = 24 * 60 * 60;
const maxTokenBytes = 4 * 1024;
/** Servers' clocks differ a little; a token issued further in the future than this is refused. */
const maxAheadMs = 60_000;

const Claims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: z.string().optional(),
  resourceId: z.string(),
  iat: z.int(),
  exp: z.int(),
});

export interface CallTokenSubject {
  /** Immutable id of the resource. */
  readonly resourceId: string;
  readonly callId: string;
}

export interface CallTokensParts {
  readonly issuer: string;
  readonly keys: Pick<SigningKeys, 'current' | 'publicKeys'>;
}

export class CallTokens {
  readonly #parts: CallTokensParts;

  constructor(parts: CallTokensParts) {
    this.#parts = parts;
  }

  /**
   * @param options.holder who holds it, if that matters in the call; an id, never a name
   * @param options.now product time, milliseconds
   * @param options.expiresInSeconds at most a day
   */
  issue(
    options: CallTokenSubject & { readonly holder?: string; readonly now: number; readonly expiresInSeconds: number },
  ): string {
    const { resourceId, callId, holder, now, expiresInSeconds } = options;
    if (!(expiresInSeconds >= 1 && expiresInSeconds <= maxTokenSeconds)) {
      throw new RangeError(`A token of a call lives at least 1 and at most ${maxTokenSeconds} seconds.`);
    }
    const iat = Math.floor(now / 1000);
    return signJws(this.#parts.keys, tokenType, {
      iss: this.#parts.issuer,
      aud: audienceOf(callId),
      ...(holder !== undefined && { sub: holder }),
      resourceId,
      iat,
      exp: iat + Math.floor(expiresInSeconds),
    } satisfies z.input<typeof Claims>);
  }

  /**
   * Whether the call still goes on is for whoever knows it.
   *
   * @param asked the call that the request is about
   * @param now product time, milliseconds
   * @throws {Fault} 401 `Unauthorized`, always with the same text
   */
  verify(token: string, asked: CallTokenSubject, now: number): { readonly holder: string | undefined } {
    const { issuer, keys } = this.#parts;
    const payload = token.length > maxTokenBytes ? undefined : verifyJws(token, tokenType, keys.publicKeys);
    const claims = Claims.safeParse(payload).data;
    const isOfCall =
      claims?.iss === issuer && claims.aud === audienceOf(asked.callId) && claims.resourceId === asked.resourceId;
    if (claims === undefined || !isOfCall || !isInTime(claims, now)) {
      throw new Fault(faults.unauthorized);
    }
    return { holder: claims.sub };
  }
}

function audienceOf(callId: string): string {
  return `call:${callId}`;
}

function isInTime({ iat, exp }: z.output<typeof Claims>, now: number): boolean {
  return now < exp * 1000 && iat * 1000 <= now + maxAheadMs && exp - iat <= maxTokenSeconds;
}
