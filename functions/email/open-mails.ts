// The outbox of mail with the carrier that this process has: that of the settings, or in the emulator the mailbox.
import { bind } from '../../shared/data-map/index.js';
import type { Outbox } from '../../shared/deliveries/index.js';
import {
  Mailbox,
  mailboxCarrier,
  mailboxMails,
  mailboxMessages,
  mailboxRoutes,
  type MailContent,
  type MailRoutes,
  mailRules,
  mailStores,
  type RecordedOutcome,
  type ReportedOutcome,
  ReturnPaths,
  type SentMails,
  settledRoutes,
  SmtpCarrier,
} from '../../shared/email/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { openOutbox } from '../open-outbox.js';
import { mailboxStage } from './mailbox.js';

export interface OpenedMails
  extends Required<Pick<Capability, 'stores' | 'triggers' | 'stage' | 'health' | 'stop' | 'forget'>> {
  readonly outbox: Outbox<MailContent>;
  readonly routes: MailRoutes;
  readonly returnPaths: ReturnPaths;
}

export interface MailsParts {
  readonly sent: SentMails;
  /** The one place that hears of every outcome; see `mailRules`. */
  recorded(outcome: RecordedOutcome): Promise<void>;
  /** And tells it outside. */
  report(outcome: ReportedOutcome): Promise<void>;
  /** Immutable id of a resource by its name. */
  resourceIdOf(name: string): Promise<string>;
}

export function openMails(foundation: Foundation, { sent, resourceIdOf, recorded, report }: MailsParts): OpenedMails {
  const { config, storage, keys, clock, ids, due } = foundation;
  const { mail: settings, isEmulator } = config;
  const smtp = settings && new SmtpCarrier({ settings, clock });
  const mailbox = isEmulator
    ? new Mailbox({ table: storage.table(mailboxMails), blobs: storage.blobs(mailboxMessages), due, clock, ids })
    : undefined;
  const carrier = mailbox === undefined ? smtp : mailboxCarrier(mailbox, smtp);
  const mails = openOutbox<MailContent>(
    foundation,
    mailStores,
    mailRules({
      sent,
      clock,
      carrier: carrier ?? new SmtpCarrier({ settings: noWay, clock }),
      recorded,
      report,
    }),
  );
  return {
    outbox: mails.outbox,
    routes: mailbox === undefined ? settledRoutes(settings) : mailboxRoutes,
    returnPaths: new ReturnPaths(keys.deriveKey('return-path', 1)),
    stores: [
      ...mails.stores,
      ...(mailbox === undefined ? [] : [bind(mailboxMails, mailbox), bind(mailboxMessages, mailbox)]),
    ],
    triggers: mails.triggers,
    stage: mailbox === undefined ? [] : mailboxStage(foundation, mailbox, resourceIdOf),
    health: () => mails.health(),
    forget: () => mails.forget(),
    stop: async (limitMs) => {
      await mails.stop(limitMs);
      smtp?.close();
    },
  };
}

/** Mail that was accepted while there were settings waits for them to come back. */
const noWay = { relays: {}, direct: false, dkim: {}, maxMegabytes: 10 };
