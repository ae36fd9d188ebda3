// The address of an app, named by whoever calls, that a token goes to.
import { CommandError } from '../command-error.js';
import { isLoopbackHost } from './loopback-host.js';

/**
 * @param which how the address is called in a complaint
 * @returns scheme, host and port, without a slash at the end
 * @throws {CommandError} one sentence about what is wrong with it
 */
export function parseOrigin(address: string, which: string): string {
  if (!URL.canParse(address)) {
    throw new CommandError(`${which} is not an address; it looks like https://HOST.`);
  }
  const { protocol, origin, hostname, pathname, search } = new URL(address);
  if (pathname !== '/' || search !== '') {
    throw new CommandError(`${which} has a path; leave the path out.`);
  }
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname))) {
    throw new CommandError(`${which} is without https; plain http is for this machine only.`);
  }
  return origin;
}
