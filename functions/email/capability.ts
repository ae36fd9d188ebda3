// Mail: sending it; and what belongs to email resources: domains, senders, suppression lists, SMTP users.
import { setTimeout as wait } from 'node:timers/promises';
import type { Budget, Rate } from '../../shared/api/index.js';
import { bind } from '../../shared/data-map/index.js';
import {
  createAddressHash,
  dnsLookUp,
  domainRecords,
  type EmailParts,
  emailEventTypes,
  emailRateLimits,
  Engagements,
  EngagementTokens,
  ItemStore,
  mailLimits,
  type RecordedOutcome,
  resourceItems,
  Senders,
  sentMails,
  SentMails,
  seedSender,
  SmtpUsers,
  suppressIfBounced,
  SuppressedAddresses,
  suppressedAddresses,
  type SendParts,
} from '../../shared/email/index.js';
import type { ManagementParts } from '../../shared/management/index.js';
import {
  mailPartsOfOwner,
  type Owner,
  partsOfOwner,
  resourceFaults,
  resources,
  seed,
} from '../../shared/resources/index.js';
import { Fault } from '../../shared/http/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { resourceIdOfName } from '../resource-id-of-name.js';
import { rootVersion } from '../root-version.js';
import { bounceOperations } from './bounces.js';
import { domainCheckOperations } from './domain-check.js';
import { domainPageOperations } from './domain-page.js';
import { gatewayOperations } from './gateway.js';
import { mailOperations } from './mails.js';
import { openMails } from './open-mails.js';
import { engagementOperations } from './engagement.js';
import { mailLogs } from './logs.js';
import { emailOperations } from './operations.js';
import { mailReports, type ReportPorts } from './reports.js';

export interface EmailCapability extends Capability {
  readonly addresses: SuppressedAddresses;
  /** For the emulator: somebody from whom mail can be sent. */
  seed(): Promise<void>;
}

export interface EmailPorts extends ReportPorts {
  /** How often may be called, at present. */
  rates(budget: Budget): readonly Rate[];
}

export function emailCapability(
  foundation: Foundation,
  management: ManagementParts,
  { rates, ...ports }: EmailPorts,
): EmailCapability {
  const { config, storage, keys, due, clock, ids, directory, options } = foundation;
  const oldTable = storage.table(resourceItems);
  const items = new ItemStore(oldTable);
  const hash = createAddressHash(keys.deriveKey('suppressed-address', rootVersion));
  const addresses = new SuppressedAddresses({ table: storage.table(suppressedAddresses), oldTable, hash, due, ids });
  // What the emulator hands on to another tool of this machine leaves it no further.
  const records = {
    settings: config.isEmulator ? undefined : config.mail,
    key: keys.deriveKey('domain-proof', rootVersion),
  };
  const parts: EmailParts = {
    ...management,
    items,
    addresses,
    recordsOf: (owner, mailDomain) => domainRecords(records, owner, mailDomain),
    lookUp: config.isEmulator ? undefined : dnsLookUp(),
  };
  const table = storage.table(resources);
  const partsOf = (owner: Owner) => partsOfOwner(table, owner);
  const mailPartsOf = (owner: Owner) => mailPartsOfOwner(table, owner);

  const sent = new SentMails({ table: storage.table(sentMails), due, ids, hash });
  const senders = new Senders({ records: management.records, items, clock, geography: config.geography });
  const resourceIdOf = resourceIdOfName(foundation, management);
  const recorded = (outcome: RecordedOutcome) => suppressIfBounced({ addresses, clock }, outcome);
  const reports = mailReports(foundation, ports);
  const report = reports.outcome;
  const mails = openMails(foundation, { sent, resourceIdOf, recorded, report });
  const tokens = new EngagementTokens(keys.deriveKey('engagement', rootVersion), ids);
  const engagements = new Engagements({
    sent,
    clock,
    report: reports.engagement,
    reportFailure: (failure) => options.reportFailure('tell-engagement', '', failure),
  });
  const sending: SendParts = {
    clock,
    ids,
    senders,
    addresses,
    sent,
    outbox: mails.outbox,
    routes: mails.routes,
    returnPaths: mails.returnPaths,
    tokens,
    report,
    key: keys.deriveKey('send-mail', rootVersion),
    pause: async (ms) => {
      await wait(ms, undefined, { ref: false });
    },
  };
  const users = new SmtpUsers({ ...management, items, clock, entra: entraOf(config.entra) });
  const hostOf = async (name: string): Promise<string> => {
    const record = await management.records.at({ ...seed, type: 'communicationServices', name });
    const host = record?.host ?? foundation.hosts.hostOf(name);
    if (host === undefined) {
      throw new Fault(resourceFaults.noDomain);
    }
    return host;
  };
  const bounces = { sent, recorded, report, clock, returnPaths: mails.returnPaths };
  const maxBodyBytes = config.mail === undefined ? mailLimits.defaultMailBytes : config.mail.maxMegabytes * 1_000_000;
  return {
    name: 'email',
    stores: [
      ...mails.stores,
      bind(sentMails, sent),
      bind(suppressedAddresses, { addresses, mailPartsOf }),
      bind(resourceItems, { items, partsOf }),
    ],
    operations: [
      ...mailOperations(sending, {
        maxBodyBytes,
        // The SDKs ask at once; a test need not wait a second for what is done in a moment.
        holdMs: config.isEmulator ? 500 : 0,
        onSent: reports.sent,
        retryAfterSeconds: () => retryAfter(rates(emailRateLimits.getStatus)),
      }),
      ...bounceOperations(bounces),
      ...gatewayOperations({
        users,
        paths: { ...management, returnPaths: mails.returnPaths },
        sending,
        bounces,
        maxBodyBytes,
        hostOf,
        onSent: reports.sent,
      }),
      ...engagementOperations({ tokens, engagements }),
      ...domainCheckOperations(parts),
      ...domainPageOperations(),
      ...emailOperations(parts),
    ],
    triggers: mails.triggers,
    events: emailEventTypes,
    logs: mailLogs,
    stage: mails.stage,
    health: mails.health,
    stop: async (limitMs) => {
      await Promise.all([mails.stop(limitMs), Promise.race([engagements.settle(), sending.pause(limitMs)])]);
    },
    forget: () => {
      addresses.forget();
      senders.forget();
      engagements.forget();
      users.forget();
      mails.forget();
    },
    addresses,
    seed: async () => {
      const { name } = await directory.default();
      await seedSender({ ...management, items }, name);
    },
  };
}

/** Who may do everything with mail may hand it in by SMTP too. */
function entraOf(settings: Foundation['config']['entra']) {
  return settings && { tenantId: settings.tenantId, applications: settings.subjects.data };
}

/** As recorded from ACS where its rates, or stricter ones, are in force; else at once, so that tests are quick. */
function retryAfter(rates: readonly Rate[]): number {
  const [own] = emailRateLimits.getStatus.rates;
  const isTight = rates.some(({ count, window }) => window === own?.window && count <= (own?.count ?? 0));
  return isTight ? 30 : 1;
}
