// Makes X.509 certificates (RFC 5280) with ECDSA P-256 keys: a name-constrained CA and server certificates for this machine.
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
  readonly cert: string;
  readonly key: string;
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const caName = commonName('Domicile emulator CA (this machine only)');
const dayMs = 24 * 3600 * 1000;

/** A private key, PKCS #8 PEM. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

/** The CA for this key: may sign for loopback names, those that are given, and nothing else; valid ten years. */
export function certifyAuthority(key: string, now: Date, hostNames: readonly string[] = []): string {
  const publicKey = createPublicKey(key);
  return certificate({
    subject: caName,
    publicKey,
    signingKey: key,
    now,
    days: 3652,
    extensions: [
      extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([0])))), // CA, path length 0
      extension('2.5.29.15', true, bitString(Buffer.from([0b0000_0110]), 1)), // keyCertSign, cRLSign
      extension('2.5.29.30', true, nameConstraints(hostNames)),
      extension('2.5.29.14', false, octetString(keyIdentifier(publicKey))),
    ],
  });
}

/** A server certificate for `localhost`, `127.0.0.1`, `::1` and what is given, valid a year, with a key of its own. */
export function certifyServer(
  authority: KeyedCertificate,
  now: Date,
  hostNames: readonly string[] = [],
): KeyedCertificate {
  const key = newPrivateKey();
  const publicKey = createPublicKey(key);
  const cert = certificate({
    subject: commonName('localhost'),
    publicKey,
    signingKey: authority.key,
    now,
    days: 365,
    extensions: [
      extension('2.5.29.19', true, sequence()), // not a CA
      extension('2.5.29.15', true, bitString(Buffer.from([0b1000_0000]), 7)), // digitalSignature
      extension('2.5.29.37', false, sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))), // serverAuth
      extension('2.5.29.17', false, sequence(...loopbackNames, ...hostNames.map((name) => hostName(name)))),
      extension('2.5.29.14', false, octetString(keyIdentifier(publicKey))),
      extension('2.5.29.35', false, sequence(element(0x80, keyIdentifier(createPublicKey(authority.key))))),
    ],
  });
  return { cert, key };
}

interface Contents {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly signingKey: string;
  readonly now: Date;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

function certificate({ subject, publicKey, signingKey, now, days, extensions }: Contents): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40; // positive, never a leading zero
  // An hour back, because clocks of containers and their hosts differ a little.
  const validity = sequence(time(new Date(now.getTime() - 3600_000)), time(new Date(now.getTime() + days * dayMs)));
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    ecdsaWithSha256,
    caName,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signingKey);
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

/** `localhost`, 127.0.0.0/8 and ::1/128 (address and mask), and the names that are given. */
function nameConstraints(hostNames: readonly string[]): Buffer {
  const permitted = [
    dnsName('localhost'),
    ipAddress([127, 0, 0, 0], [255, 0, 0, 0]),
    ipAddress(ipv6Loopback, [...Buffer.alloc(16, 255)]),
    ...hostNames.map((name) => hostName(name, [255, 255, 255, 255])),
  ];
  return sequence(element(0xa0, ...permitted.map((name) => sequence(name))));
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}
