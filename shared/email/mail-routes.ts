// Which way mail of a domain leaves the house.
import type { Recipient } from '../deliveries/index.js';
import { Fault } from '../http/index.js';
import { emailFaults } from './faults.js';
import { domainOf } from './mail.js';
import { type MailSettings, relayFor } from './mail-settings.js';
import { magicOf } from './mailbox/magic-recipients.js';

export interface RoutedRecipients {
  /** Whose breaker and places count. */
  readonly destination: string;
  readonly those: readonly Recipient[];
}

export interface MailRoutes {
  /** @throws {Fault} 503 when there is none for mail of this domain */
  requireRoute(senderDomain: string): void;
  /** One envelope a mail, or one a domain of recipients where mail goes to them directly. */
  split(senderDomain: string, recipients: readonly Recipient[]): readonly RoutedRecipients[];
  /** In the emulator an address can say that it is suppressed, or that it is not; undefined when the lists say it. */
  isSuppressed(address: string): boolean | undefined;
  /** Where bounces of its mail come in. */
  bounceDomainOf(senderDomain: string): string;
}

/** @param settings undefined for none */
export function settledRoutes(settings: MailSettings | undefined): MailRoutes {
  return {
    requireRoute: (senderDomain) => {
      if (settings === undefined || (relayFor(settings, senderDomain) === undefined && !settings.direct)) {
        throw new Fault(emailFaults.noCarrier);
      }
    },
    split: (senderDomain, recipients) => {
      const relay = settings && relayFor(settings, senderDomain);
      return relay === undefined
        ? byDomain(recipients)
        : [{ destination: `relay ${relay.host}:${relay.port}`, those: recipients }];
    },
    isSuppressed: () => undefined,
    bounceDomainOf: (senderDomain) => settings?.bounceDomain ?? senderDomain,
  };
}

/** In the emulator nothing leaves. Whom nothing reaches on purpose must not close the way to others. */
export const mailboxRoutes: MailRoutes = {
  requireRoute: () => undefined,
  split: (_senderDomain, recipients) => {
    const magic = recipients.map(({ address }) => address).filter((address) => magicOf(address) !== undefined);
    return [{ destination: ['mailbox', ...magic].join(' '), those: recipients }];
  },
  isSuppressed: (address) => {
    const magic = magicOf(address);
    return magic === undefined ? undefined : magic === 'suppressed';
  },
  bounceDomainOf: (senderDomain) => senderDomain,
};

function byDomain(recipients: readonly Recipient[]): RoutedRecipients[] {
  const domains = new Map<string, Recipient[]>();
  for (const recipient of recipients) {
    const domain = domainOf(recipient.address);
    domains.set(domain, [...(domains.get(domain) ?? []), recipient]);
  }
  return [...domains].map(([domain, those]) => ({ destination: `mx ${domain}`, those }));
}
