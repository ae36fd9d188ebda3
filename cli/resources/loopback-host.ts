// Whether a host of a URL is this machine, so that plain http to it leaves nothing on a wire.

/** @param hostname as `URL.hostname` has it: lower case, IPv6 in brackets */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
