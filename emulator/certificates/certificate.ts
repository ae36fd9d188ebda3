// Makes X.509 certificates (RFC 5280) with ECDSA P-256 keys: a name-constrained CA for servers, and
// server certificates for this machine.
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  bitString,
  boolean,
  element,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.js';

/** A certificate with its private key, both PEM. */
export interface KeyedCertificate {
  /** Behind it, where a client needs it, the certificate of the issuing CA. */
  readonly cert: string;
  readonly key: string;
}

/** What signs server certificates, and what clients trust for it. */
export interface Authority {
  /** To be trusted. Its key is gone: it has signed `issuing` and signs nothing else, ever. */
  readonly root: string;
  readonly issuing: KeyedCertificate;
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const rootName = commonName('Domicile emulator CA (this machine only)');
const issuingName = commonName('Domicile emulator issuing CA (this machine only)');
const dayMs = 24 * 3600 * 1000;
const authorityDays = 3652;
const serverAuth = sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'));

/** A private key, PKCS #8 PEM. */
function newPrivateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

/**
 * A CA for TLS servers of loopback names, those that are given, and nothing else; valid ten years.
 *
 * Two certificates, because Java passes over the constraints of the one that it is told to trust (RFC 5280, 6.1.1, leaves
 * that open); those of the one below it count everywhere.
 */
export function newAuthority(now: Date, hostNames: readonly string[] = []): Authority {
  const rootKey = newPrivateKey();
  const key = newPrivateKey();
  const shared = { now, hostNames, issuerName: rootName, issuerKey: rootKey };
  const root = certifyAuthority({ ...shared, subject: rootName, key: rootKey, pathLength: 1 });
  const issuing = certifyAuthority({ ...shared, subject: issuingName, key, pathLength: 0 });
  return { root, issuing: { cert: issuing, key } };
}

interface AuthorityContents {
  readonly subject: Buffer;
  readonly key: string;
  readonly issuerName: Buffer;
  readonly issuerKey: string;
  readonly pathLength: number;
  readonly now: Date;
  readonly hostNames: readonly string[];
}

function certifyAuthority({ key, issuerKey, pathLength, hostNames, ...rest }: AuthorityContents): string {
  return certificate({
    ...rest,
    publicKey: createPublicKey(key),
    issuerKey,
    days: authorityDays,
    extensions: [
      extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([pathLength])))), // CA
      extension('2.5.29.15', true, bitString(Buffer.from([0b0000_0100]), 2)), // keyCertSign
      // Not critical: the rules of public CAs (CA/Browser Forum, 7.1.2.10.6) say so, and programs were built for these.
      extension('2.5.29.37', false, serverAuth),
      extension('2.5.29.30', true, nameConstraints(hostNames)),
    ],
  });
}

/**
 * A server certificate for `localhost`, `127.0.0.1`, `::1` and what is given, valid a year, with a key of its own, and the
 * issuing CA's behind it.
 */
export function certifyServer({ issuing }: Authority, now: Date, hostNames: readonly string[] = []): KeyedCertificate {
  const key = newPrivateKey();
  const cert = certificate({
    subject: commonName('localhost'),
    publicKey: createPublicKey(key),
    issuerName: issuingName,
    issuerKey: issuing.key,
    now,
    days: 365,
    extensions: [
      extension('2.5.29.19', true, sequence()), // not a CA
      extension('2.5.29.15', true, bitString(Buffer.from([0b1000_0000]), 7)), // digitalSignature
      extension('2.5.29.37', false, serverAuth),
      extension('2.5.29.17', false, sequence(...loopbackNames, ...hostNames.map((name) => hostName(name)))),
    ],
  });
  return { cert: cert + issuing.cert, key };
}

interface Contents {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly issuerName: Buffer;
  readonly issuerKey: string;
  readonly now: Date;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

function certificate({ subject, publicKey, issuerName, issuerKey, now, days, extensions }: Contents): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40; // positive, never a leading zero
  // An hour back, because clocks of containers and their hosts differ a little.
  const validity = sequence(time(new Date(now.getTime() - 3600_000)), time(new Date(now.getTime() + days * dayMs)));
  const identifiers = [
    extension('2.5.29.14', false, octetString(keyIdentifier(publicKey))),
    extension('2.5.29.35', false, sequence(element(0x80, keyIdentifier(createPublicKey(issuerKey))))),
  ];
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    ecdsaWithSha256,
    issuerName,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions, ...identifiers)),
  );
  const signature = sign('sha256', toBeSigned, issuerKey);
  const lines =
    sequence(toBeSigned, ecdsaWithSha256, bitString(signature))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), ...(isCritical ? [boolean(true)] : []), octetString(value));
}

function commonName(text: string): Buffer {
  return sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(text))));
}

const ipv6Loopback = [...Buffer.alloc(15), 1];
const dnsName = (name: string): Buffer => element(0x82, Buffer.from(name));
const ipAddress = (...parts: readonly (readonly number[])[]): Buffer =>
  element(0x87, ...parts.map((part) => Buffer.from(part)));

const loopbackNames = [dnsName('localhost'), ipAddress([127, 0, 0, 1]), ipAddress(ipv6Loopback)];

/** @param mask follows an address where it is a constraint */
function hostName(name: string, mask: readonly number[] = []): Buffer {
  return isIPv4(name) ? ipAddress(name.split('.').map(Number), mask) : dnsName(name);
}

/**
 * `localhost`, 127.0.0.0/8 and ::1/128 (address and mask), and the names that are given. Mail addresses and URIs too, because a
 * kind of name that is not mentioned may be any. Names of persons and companies cannot be ruled out: Go refuses certificates
 * that say so.
 */
function nameConstraints(hostNames: readonly string[]): Buffer {
  const permitted = [
    dnsName('localhost'),
    ipAddress([127, 0, 0, 0], [255, 0, 0, 0]),
    ipAddress(ipv6Loopback, [...Buffer.alloc(16, 255)]),
    ...hostNames.map((name) => hostName(name, [255, 255, 255, 255])),
    element(0x81, Buffer.from('localhost')),
    element(0x86, Buffer.from('localhost')),
  ];
  return sequence(element(0xa0, ...permitted.map((name) => sequence(name))));
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}
