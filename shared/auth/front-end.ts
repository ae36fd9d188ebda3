// The front end that stands before the app, if there is one: it tells at which host the client asked. Anybody can send
// such headers, so they count only beside a header whose value the front end alone knows.
import { hash, timingSafeEqual } from 'node:crypto';
import type { ApiRequest } from '../http/index.js';

export interface FrontEnd {
  /** Lower-case name of the header by which the front end proves itself; it writes over whatever a client sends. */
  readonly header: string;
  readonly value: string;
}

const forwardedFor = 'x-forwarded-for';

/**
 * The address that a request came from, as a key by which callers are told apart: each that stands before the app adds who
 * connected to it, so what a client says of others stands in front and does not count. Of IPv6 the network of a client.
 *
 * @param isPassedOn another geography proved that it passed the request on; its own address is the last then
 */
export function clientOf(
  frontEnd: FrontEnd | undefined,
  header: (name: string) => string | undefined,
  isPassedOn = false,
): string {
  const chain = (header(forwardedFor) ?? '').split(',');
  const between = (isPassedOn ? 1 : 0) + (isFrontEnd(frontEnd, header) ? 1 : 0);
  const address = (chain.at(-1 - between) ?? chain[0] ?? '').trim().toLowerCase();
  const bare = address.replace(/^\[|\](:\d+)?$/g, '').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  const plain = mappedIpv4(bare) ?? bare;
  return plain.includes(':') ? networkOf(plain) : plain.slice(0, maxAddressLength);
}

/** An IPv4 address as a socket for both writes it (RFC 4291, 2.5.5.2): their first 64 bits are the same for all. */
function mappedIpv4(address: string): string | undefined {
  const [, dotted, high = '', low = ''] =
    /^(?:::|(?:0{1,4}:){5})ffff:(?:(\d+(?:\.\d+){3})|([\da-f]{1,4}):([\da-f]{1,4}))$/.exec(address) ?? [];
  if (dotted !== undefined || high === '') {
    return dotted;
  }
  const bytes = [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]);
  return bytes.join('.');
}

const maxAddressLength = 64;

/** The first 64 bits: the rest is the client's to choose. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - (tail === '' ? 0 : tail.split(':').length));
  const parts = [...front, ...Array<string>(gap).fill('0'), ...(tail ?? '').split(':')];
  return parts.slice(0, 4).join(':').slice(0, maxAddressLength);
}

function isFrontEnd(frontEnd: FrontEnd | undefined, header: (name: string) => string | undefined): boolean {
  const proof = frontEnd && header(frontEnd.header);
  return frontEnd !== undefined && proof !== undefined && isSame(proof, frontEnd.value);
}

/** The hosts that the front end says the client asked at; none when the request does not come from it. */
export function hostsToldBy(frontEnd: FrontEnd | undefined, request: ApiRequest): string[] {
  if (!isFrontEnd(frontEnd, (name) => request.header(name))) {
    return [];
  }
  return (
    [request.header('x-forwarded-host'), request.header('x-original-host')]
      // Of a chain of proxies the first names what the client asked for; more candidates would only cost time.
      .map((value) => value?.split(',', 1)[0]?.trim() ?? '')
  );
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}
