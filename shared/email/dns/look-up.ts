// Asks DNS for the records of one name: the one question that a deployment asks outside when it verifies a domain.
import { Resolver } from 'node:dns/promises';

export interface DnsLookUp {
  /** Each record as one text; none when there is none; undefined when nobody answers now. */
  (type: 'TXT' | 'CNAME', name: string): Promise<readonly string[] | undefined>;
}

/** Real ms, and how often: a lost packet is asked for once more. */
const timeoutMs = 2_000;
const tries = 2;
/** With several servers, or one that goes on pointing elsewhere. */
const limitMs = 8_000;
const maxRecords = 50;
const maxCharacters = 4_096;

/** @param servers other than those of this machine */
export function dnsLookUp(servers?: readonly string[]): DnsLookUp {
  return async (type, name) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries });
    if (servers !== undefined) {
      resolver.setServers(servers);
    }
    const timer = setTimeout(() => resolver.cancel(), limitMs);
    try {
      const found =
        type === 'TXT'
          ? (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))
          : await resolver.resolveCname(name);
      return found.slice(0, maxRecords).map((text) => text.slice(0, maxCharacters));
    } catch (error) {
      const { code } = error as { readonly code?: string };
      return code === 'ENODATA' || code === 'ENOTFOUND' ? [] : undefined;
    } finally {
      clearTimeout(timer);
    }
  };
}
