// Checks that a request is signed with an access key of the resource: scheme HMAC-SHA256 as in ACS "Sign an HTTP request"
// and "Common headers" (the date may come in `x-ms-date` or in `Date`).
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { type ApiRequest, Fault, type FaultDetail, faults } from '../http/index.js';
import type { SigningKey } from './access-keys.js';
import { explainBodyHash, explainSignature, type KeysElsewhere } from './explain-signature.js';
import type { FrontEnd } from './front-end.js';
import { parseHttpDate } from './http-date.js';
import { signingHosts, signingTargets } from './signing-targets.js';
import { type SignedParts, stringToSign } from './string-to-sign.js';

/** ACS publishes no figure; App Configuration, with the same scheme, allows 15 minutes both ways. */
const maxSkewMs = 15 * 60 * 1000;

const scheme = 'HMAC-SHA256';
const credentials =
  /^HMAC-SHA256 +SignedHeaders=(x-ms-date|date);host;x-ms-content-sha256&Signature=([A-Za-z0-9+/]{43}=)$/i;

export interface SignatureCheck {
  readonly request: ApiRequest;
  /** The route's path as registered, e.g. `identities/{id}/:issueAccessToken`. */
  readonly routeTemplate: string;
  readonly body: Buffer;
  /** The keys that may have signed. */
  readonly keys: readonly SigningKey[];
  /** Real time (never product time), milliseconds. */
  readonly realNow: number;
  /** Whose word counts about the host that the client asked at, beside the platform's. */
  readonly frontEnd?: FrontEnd | undefined;
  /** Whether to tell the developer what is wrong with the string that was signed. Never true in a deployed app. */
  readonly emulator: boolean;
  /** Keys of resources elsewhere, for telling; asked for only then. */
  elsewhere?(): readonly KeysElsewhere[];
}

/** What of a check needs no body. */
export type CredentialCheck = Omit<SignatureCheck, 'body'>;

/**
 * The key that signed the hash that the request says its body has; undefined when none of them did. So nothing
 * of a body has to be read for somebody who has no key; whether it has that hash says {@link requireSignedBody}.
 *
 * @throws {Fault} 401 `Denied` when the request is not signed in this form, or not lately
 */
export function signerOf(check: CredentialCheck): SigningKey | undefined {
  const { request } = check;
  const { dateHeader, signature } = readCredentials(request.header('authorization'));
  const bodyHash = claimedHash(request);
  const date = request.header(dateHeader) ?? '';
  requireRecent(dateHeader, date, check.realNow);
  return signingKey(check, { verb: request.method.toUpperCase(), date, bodyHash }, signature);
}

/** @throws {Fault} 401 `Denied` when the body is not the one whose hash was signed */
export function requireSignedBody({ request, emulator }: CredentialCheck, body: Buffer): void {
  requireBodyHash(claimedHash(request), hash('sha256', body, 'base64'), { emulator, body });
}

/**
 * Returns the key that signed the request.
 *
 * @throws {Fault} 401 `Denied`; in the emulator with an inner error `SignatureDiagnosis`
 */
export function verifySignature(check: SignatureCheck): SigningKey {
  const { request, body, keys } = check;
  const { dateHeader, signature } = readCredentials(request.header('authorization'));
  const bodyHash = hash('sha256', body, 'base64');
  requireBodyHash(claimedHash(request), bodyHash, check);
  const date = request.header(dateHeader) ?? '';
  requireRecent(dateHeader, date, check.realNow);

  const parts: SignedParts = { verb: request.method.toUpperCase(), date, bodyHash };
  const key = signingKey(check, parts, signature);
  if (key !== undefined) {
    return key;
  }
  if (!check.emulator) {
    throw denied();
  }
  const targets = [...signingTargets(request, check.routeTemplate)];
  const hosts = [...signingHosts(request, check.frontEnd)];
  const elsewhere = check.elsewhere?.() ?? [];
  throw denied(undefined, explainSignature({ request, parts, body, targets, hosts, keys, signature, elsewhere }));
}

function signingKey(check: CredentialCheck, parts: SignedParts, signature: Buffer): SigningKey | undefined {
  for (const target of signingTargets(check.request, check.routeTemplate)) {
    for (const host of signingHosts(check.request, check.frontEnd)) {
      const key = matchingKey(check.keys, stringToSign(parts, target, host), signature);
      if (key !== undefined) {
        return key;
      }
    }
  }
  return undefined;
}

/** Tries every key, also after a match, so that the time taken does not tell which one it was. */
function matchingKey(keys: readonly SigningKey[], message: string, signature: Buffer): SigningKey | undefined {
  let matched: SigningKey | undefined;
  for (const each of keys) {
    const isMatch = timingSafeEqual(createHmac('sha256', each.key).update(message).digest(), signature);
    if (isMatch && matched === undefined) {
      matched = each;
    }
  }
  return matched;
}

function readCredentials(header: string | undefined): { dateHeader: string; signature: Buffer } {
  if (header === undefined || header === '') {
    throw denied('The Authorization header is missing. Sign the request with an access key of this resource.');
  }
  const match = credentials.exec(header);
  if (match?.[1] !== undefined && match[2] !== undefined) {
    return { dateHeader: match[1].toLowerCase(), signature: Buffer.from(match[2], 'base64') };
  }
  if (header.toUpperCase().split(scheme).length > 2) {
    throw denied(`The Authorization header holds the scheme ${scheme} more than once. Send it once.`);
  }
  throw denied(
    `The Authorization header must be "${scheme} SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<signature>" with the signature as base64 of 32 bytes.`,
  );
}

function claimedHash(request: SignatureCheck['request']): string {
  const claimed = request.header('x-ms-content-sha256');
  if (claimed === undefined) {
    throw denied(
      'The header x-ms-content-sha256 is missing. Send the base64 SHA-256 of the body, also of an empty one.',
    );
  }
  return claimed;
}

function requireBodyHash(claimed: string, computed: string, check: Pick<SignatureCheck, 'emulator' | 'body'>): void {
  // No secret: whoever sent the body knows its hash. What tells the caller apart is the signature over it.
  if (claimed === computed) {
    return;
  }
  throw denied(
    'The header x-ms-content-sha256 differs from the hash that the service computed over the request body.',
    check.emulator ? explainBodyHash(claimed, check.body) : undefined,
  );
}

function requireRecent(name: string, date: string, realNow: number): void {
  if (date === '') {
    throw denied(`The header ${name} is missing, but SignedHeaders names it.`);
  }
  const time = parseHttpDate(date);
  if (time === undefined) {
    throw denied(`The header ${name} must be a date like "Mon, 23 Nov 2026 05:38:19 GMT".`);
  }
  if (Math.abs(time - realNow) > maxSkewMs) {
    throw denied(`The header ${name} is more than 15 minutes away from the time of the server. Check the clock.`);
  }
}

function denied(message?: string, innererror?: FaultDetail): Fault {
  return new Fault(faults.denied, { ...(message && { message }), ...(innererror && { innererror }) });
}
