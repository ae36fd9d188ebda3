// An RSA key that follows from a secret, for the emulator: the same at every start and in every process, with nothing to
// configure and nothing kept. Node.js makes random RSA keys only. Steps: FIPS 186-5, A.1.3 (probable primes), 2048 bits.
import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto';
import { deriveBytes } from './keyed-hash.js';

const publicExponent = 65_537n;
const primeBytes = 128;
/** Rounds of Miller-Rabin: an error of at most 2^-128, whoever chose the number. */
const checks = 64;

/**
 * Takes some hundred milliseconds, once; so call it when the key is needed first. Arithmetic is not in constant time:
 * never with a secret that is one.
 *
 * @param purpose each has a key of its own
 */
export function deriveRsaKey(masterSecret: Buffer, purpose: string): KeyObject {
  const p = derivePrime(masterSecret, purpose, 'p');
  const q = derivePrime(masterSecret, purpose, 'q');
  const d = inverse(publicExponent, ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n));
  const text = (value: bigint) => {
    const hex = value.toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
  };
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: text(p * q),
      e: text(publicExponent),
      d: text(d),
      p: text(p),
      q: text(q),
      dp: text(d % (p - 1n)),
      dq: text(d % (q - 1n)),
      qi: text(inverse(q, p)),
    },
  });
}

/** The first prime among the numbers that follow from the secret, about the 355th. */
function derivePrime(masterSecret: Buffer, purpose: string, name: string): bigint {
  for (let attempt = 0; ; attempt += 1) {
    const bytes = deriveBytes(masterSecret, primeBytes, purpose, name, String(attempt));
    // The two highest bits, so that the product of two has all 2048 bits; the lowest, as primes are odd.
    bytes.writeUInt8(bytes.readUInt8(0) | 0xc0, 0);
    bytes.writeUInt8(bytes.readUInt8(primeBytes - 1) | 1, primeBytes - 1);
    const candidate = BigInt(`0x${bytes.toString('hex')}`);
    if ((candidate - 1n) % publicExponent !== 0n && checkPrimeSync(candidate, { checks })) {
      return candidate;
    }
  }
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  return other === 0n ? one : greatestCommonDivisor(other, one % other);
}

/** What times `value` leaves 1 when divided by the modulus; the two have no common divisor. Euclid, extended. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [remainder, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}
