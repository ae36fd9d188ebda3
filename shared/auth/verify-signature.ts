// Checks that a request is signed with an access key of the resource: scheme HMAC-SHA256 as in ACS "Sign an HTTP request"
// and "Common headers" (the date may come in `x-ms-date` or in `Date`).
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { type ApiRequest, Fault, type FaultDetail, faults } from '../http/index.js';
import type { SigningKey } from './access-keys.js';
import type { KeySlot } from './caller.js';
import { explainBodyHash, explainSignature } from './explain-signature.js';
import { parseHttpDate } from './http-date.js';
import { isSameText } from './same-text.js';
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
  /** Whether to tell the developer what is wrong with the string that was signed. Never true in a deployed app. */
  readonly emulator: boolean;
}

/**
 * Returns the slot of the key that signed the request.
 *
 * @throws {Fault} 401 `Denied`; in the emulator with an inner error `SignatureDiagnosis`
 */
export function verifySignature(check: SignatureCheck): KeySlot {
  const { request, body, keys } = check;
  const { dateHeader, signature } = readCredentials(request.header('authorization'));
  const bodyHash = hash('sha256', body, 'base64');
  requireBodyHash(request.header('x-ms-content-sha256'), bodyHash, check);
  const date = request.header(dateHeader) ?? '';
  requireRecent(dateHeader, date, check.realNow);

  const parts: SignedParts = { verb: request.method.toUpperCase(), date, bodyHash };
  for (const target of signingTargets(request, check.routeTemplate)) {
    for (const host of signingHosts(request)) {
      const slot = matchingSlot(keys, stringToSign(parts, target, host), signature);
      if (slot) {
        return slot;
      }
    }
  }
  if (!check.emulator) {
    throw denied();
  }
  const targets = [...signingTargets(request, check.routeTemplate)];
  const hosts = [...signingHosts(request)];
  throw denied(undefined, explainSignature({ request, parts, body, targets, hosts, keys, signature }));
}

/** Tries every key, also after a match, so that the time taken does not tell which one it was. */
function matchingSlot(keys: readonly SigningKey[], message: string, signature: Buffer): KeySlot | undefined {
  let matched: KeySlot | undefined;
  for (const { slot, key } of keys) {
    const isMatch = timingSafeEqual(createHmac('sha256', key).update(message).digest(), signature);
    if (isMatch && matched === undefined) {
      matched = slot;
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

function requireBodyHash(claimed: string | undefined, computed: string, check: SignatureCheck): void {
  if (claimed === undefined) {
    throw denied(
      'The header x-ms-content-sha256 is missing. Send the base64 SHA-256 of the body, also of an empty one.',
    );
  }
  if (isSameText(claimed, computed)) {
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
