// The mail hosts of a domain, the preferred ones first (RFC 5321, 5.1).
import { resolveMx } from 'node:dns/promises';

/** Asks DNS for mail hosts; a port, so that tests need none. */
export type ResolveMailHosts = (
  domain: string,
) => Promise<readonly { readonly exchange: string; readonly priority: number }[]>;

const maxHosts = 5;

/** @returns no host when the domain says that it takes no mail (RFC 7505); undefined when nobody answers now */
export async function mailHostsOf(
  domain: string,
  resolve: ResolveMailHosts = resolveMx,
): Promise<readonly string[] | undefined> {
  try {
    const found = await resolve(domain);
    const hosts = found.toSorted((one, other) => one.priority - other.priority).map(({ exchange }) => exchange);
    return hosts.filter((host) => host !== '' && host !== '.').slice(0, maxHosts);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'ENODATA') {
      // Without a record of its own the domain itself is the host.
      return [domain];
    }
    return code === 'ENOTFOUND' ? [] : undefined;
  }
}
