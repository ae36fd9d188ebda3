// To which addresses the broker delivers: this machine without asking, others only when they were allowed at start, and
// never one by which a machine tells who it is. The address that is checked is the one that is connected to.
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';
import { RequestRefused } from '../emulator-error.js';

/** Link-local, and where clouds answer questions about the machine itself. */
const never = new BlockList();
never.addSubnet('169.254.0.0', 16);
never.addAddress('168.63.129.16');
never.addAddress('100.100.100.200');
never.addSubnet('fe80::', 10, 'ipv6');
never.addAddress('fd00:ec2::254', 'ipv6');
never.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

const isIn = (list: BlockList, address: string) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

export interface WebhookGuard {
  /** @throws {RequestRefused} 400 for an address that is no webhook's, 403 for one that is not allowed */
  check(url: string): URL;
  /** For a connection to a checked host. */
  readonly lookup: LookupFunction;
}

/** @param allowed host names, or `*` for all, beside this machine */
export function webhookGuard(allowed: readonly string[]): WebhookGuard {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  const isAllowedName = (host: string) => names.has('*') || names.has(host);
  const isAllowed = (host: string, address: string) =>
    !isIn(never, address) && (isIn(loopback, address) || isAllowedName(host));
  return {
    check(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
        throw new RequestRefused(
          400,
          'InvalidEndpoint',
          'A webhook has an http or https address, without a name in it.',
        );
      }
      const host = hostOf(url);
      const isAddress = isIPv6(host) || /^\d+(\.\d+){3}$/.test(host);
      const isFine = isAddress ? isAllowed(host, host) : host === 'localhost' || isAllowedName(host);
      if (!isFine) {
        throw refused(host);
      }
      return url;
    },
    lookup: (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        const addresses = (found ?? []) as readonly LookupAddress[];
        const fine = addresses.filter(({ address }) => isAllowed(hostname.toLowerCase(), address));
        const [first] = fine;
        if (error !== null || first === undefined) {
          callback(error ?? refused(hostname), '', 0);
        } else if (options.all === true) {
          callback(null, [...fine]);
        } else {
          callback(null, first.address, first.family);
        }
      });
    },
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function refused(host: string): RequestRefused {
  return new RequestRefused(
    403,
    'EndpointNotAllowed',
    `Events are delivered to this machine only; start with --event-hosts ${host} to allow another, if it is no address of a machine's own.`,
  );
}
