// Verifies access tokens of Entra ID, in the shapes 1.0 and 2.0. Claims: Microsoft identity platform, "Access token
// claims reference"; checks: RFC 8725 (algorithm pinned, issuer, audience, times).
import { hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { Fault, faults } from '../../http/index.js';
import type { Clock } from '../../time/clock.js';
import { toDate } from '../../time/instant.js';
import { BoundedCache } from '../bounded-cache.js';
import { issuerOf, KeySource, type KeySourceParts } from './key-source.js';
import type { EntraSettings } from './settings.js';

/** Tokens with many group claims are long, but all headers together have to fit into 32 KiB. */
const maxTokenBytes = 16 * 1024;
const leewaySeconds = 60;

/** A service that asks often sends one token for an hour. So long it need not be verified anew, monotonic ms. */
const maxKnownMs = 5 * 60_000;
const maxKnownTokens = 200;

const Claims = z.object({
  tid: z.string().toLowerCase(),
  /** Object id: the user, or the service principal of an application. */
  oid: z.string().toLowerCase().optional(),
  /** Application that asked for the token; `appid` in version 1.0, `azp` in 2.0. */
  appid: z.string().toLowerCase().optional(),
  azp: z.string().toLowerCase().optional(),
  /** What a user lets the application do, blank-separated; a token without it is the application's own. */
  scp: z.string().optional(),
  exp: z.number(),
});

export interface EntraClaims {
  /** Object id, lower case. */
  readonly objectId: string | undefined;
  /** Application id, lower case. */
  readonly applicationId: string | undefined;
  /** What the signed-in user allows the application; undefined when the application acts for itself. */
  readonly delegated: ReadonlySet<string> | undefined;
  /** Real ms. */
  readonly expiresOn: number;
}

/** What a token is for. With and without a slash at the end: the SDKs ask for both. */
export const audiences = {
  communication: bothSpellings('https://communication.azure.com'),
  management: [
    ...bothSpellings('https://management.azure.com'),
    ...bothSpellings('https://management.core.windows.net'),
  ],
  communicationClients: bothSpellings('https://communication.azure.com/clients'),
  teams: bothSpellings('https://auth.msft.communication.azure.com'),
} as const satisfies Record<string, readonly string[]>;

export type Audience = keyof typeof audiences;

export interface EntraVerifierParts {
  readonly settings: EntraSettings;
  readonly clock: Clock;
  reportFailure: KeySourceParts['reportFailure'];
}

interface KnownToken {
  readonly claims: EntraClaims;
  /** Monotonic ms. */
  readonly verifiedAt: number;
  /** Whose keys have signed it. */
  readonly keys: object | undefined;
}

/** Verifies tokens, and remembers those of applications by their hash; those of people it reads anew each time. */
export class EntraVerifier {
  readonly settings: EntraSettings;
  readonly #clock: Clock;
  readonly #keys: KeySource;
  readonly #issuers: string[];
  readonly #known = new BoundedCache<KnownToken>(maxKnownTokens);

  constructor(parts: EntraVerifierParts) {
    this.settings = parts.settings;
    this.#clock = parts.clock;
    this.#keys = new KeySource(parts);
    this.#issuers = [issuerOf(parts.settings), `https://sts.windows.net/${parts.settings.tenantId}/`];
  }

  /**
   * @throws {Fault} 401 `Unauthorized`, always with the same text; 503 when the keys of Entra ID cannot be fetched
   */
  async verify(token: string, audience: Audience): Promise<EntraClaims> {
    if (token.length > maxTokenBytes) {
      throw invalidToken();
    }
    const name = `${audience} ${hash('sha256', token, 'base64')}`;
    const known = this.#known.get(name);
    if (known !== undefined && this.#isStillSo(known)) {
      return known.claims;
    }
    const verifiedAt = this.#clock.monotonic();
    const claims = await this.#read(token, audience);
    if (claims.delegated === undefined) {
      this.#known.set(name, { claims, verifiedAt, keys: this.#keys.fetched });
    }
    return claims;
  }

  #isStillSo({ claims, verifiedAt, keys }: KnownToken): boolean {
    const isFresh = this.#clock.monotonic() - verifiedAt < maxKnownMs;
    return isFresh && keys === this.#keys.fetched && this.#clock.realNow() < claims.expiresOn + leewaySeconds * 1000;
  }

  async #read(token: string, audience: Audience): Promise<EntraClaims> {
    const claims = Claims.safeParse(await this.#verifySigned(token, audience));
    if (!claims.success || claims.data.tid !== this.settings.tenantId) {
      throw invalidToken();
    }
    const { oid, appid, azp, scp, exp } = claims.data;
    return {
      objectId: oid,
      applicationId: appid ?? azp,
      delegated: scp === undefined ? undefined : new Set(scp.split(' ')),
      expiresOn: exp * 1000,
    };
  }

  async #verifySigned(token: string, audience: Audience): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.#keys.keyFor, {
        algorithms: ['RS256'],
        issuer: this.#issuers,
        audience: [...audiences[audience]],
        requiredClaims: ['exp', 'nbf'],
        clockTolerance: leewaySeconds,
        // Tokens live in real time, wherever the product's clock stands.
        currentDate: toDate(this.#clock.realNow()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        throw invalidToken();
      }
      throw error;
    }
  }
}

export function invalidToken(): Fault {
  return new Fault(faults.invalidBearerToken, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
}

function bothSpellings(audience: string): string[] {
  return [audience, `${audience}/`];
}
