// What kind of network address something is, so that nobody outside can have the app ask what only it can reach.
// IANA special-purpose registries (RFC 6890); https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
import { isIPv4, isIPv6 } from 'node:net';

/**
 * - `public`: anybody can reach it
 * - `loopback`: this machine
 * - `private`: a network that somebody runs for themselves
 * - `forbidden`: never anybody's receiver: link-local, metadata of clouds, multicast, documentation, and addresses that hide
 *   another one (mapped IPv6, NAT64, 6to4, Teredo)
 */
export type AddressKind = 'public' | 'loopback' | 'private' | 'forbidden';

type Range = readonly [start: string, bits: number, kind: Exclude<AddressKind, 'public'>];

const ranges4: readonly Range[] = [
  ['0.0.0.0', 8, 'forbidden'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['100.100.100.200', 32, 'forbidden'],
  ['127.0.0.0', 8, 'loopback'],
  // What Azure's platform answers at, and the metadata of the machine.
  ['168.63.129.16', 32, 'forbidden'],
  ['169.254.0.0', 16, 'forbidden'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'forbidden'],
  ['192.0.2.0', 24, 'forbidden'],
  ['192.88.99.0', 24, 'forbidden'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'private'],
  ['198.51.100.0', 24, 'forbidden'],
  ['203.0.113.0', 24, 'forbidden'],
  ['224.0.0.0', 4, 'forbidden'],
  ['240.0.0.0', 4, 'forbidden'],
];

const ranges6: readonly Range[] = [
  ['::1', 128, 'loopback'],
  // Unspecified, IPv4-compatible and IPv4-mapped.
  ['::', 80, 'forbidden'],
  ['64:ff9b::', 96, 'forbidden'],
  ['64:ff9b:1::', 48, 'forbidden'],
  ['100::', 64, 'forbidden'],
  ['2001::', 23, 'forbidden'],
  ['2001:db8::', 32, 'forbidden'],
  ['2002::', 16, 'forbidden'],
  ['3fff::', 20, 'forbidden'],
  ['fd00:ec2::254', 128, 'forbidden'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'forbidden'],
  ['fec0::', 10, 'forbidden'],
  ['ff00::', 8, 'forbidden'],
];

/** In order: the narrower before the wider. */
const narrowFirst = (ranges: readonly Range[]) => [...ranges].sort((one, other) => other[1] - one[1]);
const known4 = narrowFirst(ranges4).map(([start, bits, kind]) => [bits4(start), bits, kind] as const);
const known6 = narrowFirst(ranges6).map(([start, bits, kind]) => [bits6(start), bits, kind] as const);

/** @param address as the system writes it; a zone (`%eth0`) makes it link-local */
export function kindOfAddress(address: string): AddressKind {
  if (isIPv4(address)) {
    return find(known4, bits4(address), 32);
  }
  if (!isIPv6(address) || address.includes('%')) {
    return 'forbidden';
  }
  return find(known6, bits6(address), 128);
}

function find(
  known: readonly (readonly [bigint, number, AddressKind])[],
  address: bigint,
  length: number,
): AddressKind {
  const found = known.find(([start, bits]) => {
    const shift = BigInt(length - bits);
    return address >> shift === start >> shift;
  });
  return found?.[2] ?? 'public';
}

function bits4(address: string): bigint {
  return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function bits6(address: string): bigint {
  const [, dotted] = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  const plain =
    dotted === undefined
      ? address
      : address.slice(0, -dotted.length) + [bits4(dotted) >> 16n, bits4(dotted) & 0xffffn].map(hex).join(':');
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}

function hex(value: bigint): string {
  return value.toString(16);
}
