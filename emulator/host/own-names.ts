// The names by which this machine is asked. A page from elsewhere can have its own name lead here once it is loaded (DNS
// rebinding): to its browser the emulator is then the page's own site, to which it may send, and read, everything.
import { isIP } from 'node:net';

/** Nobody's site: addresses, and what stands for this machine itself (RFC 6761, 6.3), or for the host of a container. */
const machineName = /^(?:(?:.+\.)?localhost|host\.(?:docker|containers)\.internal)$/;

export class OwnNames {
  readonly #more: ReadonlySet<string>;

  /** @param more names that somebody has given this machine, lower case */
  constructor(more: readonly string[] = []) {
    this.#more = new Set(more);
  }

  /** @param host as in a `Host` header, with or without a port */
  has(host: string): boolean {
    const name = host
      .toLowerCase()
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '');
    return isIP(name) !== 0 || machineName.test(name) || this.#more.has(name);
  }
}
