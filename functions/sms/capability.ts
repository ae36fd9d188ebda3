// Text messages: sending them, what becomes of them, what comes in, who wants no more.
import { bind } from '../../shared/data-map/index.js';
import type { OwnedNumbers } from '../../shared/phone-numbers/index.js';
import type { ManagementParts } from '../../shared/management/index.js';
import {
  ArrivedTexts,
  carrierRoutes,
  httpCarrier,
  mayUseName,
  noRoutes,
  OptOuts,
  Phone,
  phoneCarrier,
  phoneRoutes,
  phoneTexts,
  type ReceiveParts,
  type ReportParts,
  Seals,
  sentTexts,
  SentTexts,
  type SmsCarrier,
  smsEventTypes,
  smsOptOuts,
  type SmsSettings,
  type TextContent,
  TextReferences,
  textRules,
  textStores,
  timeOutText,
} from '../../shared/sms/index.js';
import type { Capability } from '../capability.js';
import type { Config } from '../config.js';
import type { Foundation } from '../foundation.js';
import { openOutbox } from '../open-outbox.js';
import { pauseUnref } from '../pause-unref.js';
import { resourceIdOfName } from '../resource-id-of-name.js';
import { rootVersion } from '../root-version.js';
import { carrierOperations } from './carrier.js';
import { textLog } from './logs.js';
import { phoneStage } from './phone.js';
import { type TextReportPorts, textReports } from './reports.js';
import { textOperations } from './texts.js';

export interface SmsPorts extends TextReportPorts {
  /** Who may send from a number, and whose one is that is written to. */
  readonly numbers: OwnedNumbers;
}

/** What an emulator without settings lets every resource send under. */
const emulatorSettings: SmsSettings = { repeats: 'at-most-once', names: { '*': ['CONTOSO'] } };
const noSettings: SmsSettings = { repeats: 'at-most-once', names: {} };

export function smsCapability(foundation: Foundation, management: ManagementParts, ports: SmsPorts): Capability {
  const { config, storage, keys, due, clock, ids, burials, options } = foundation;
  const { geography, isEmulator } = config;
  const { numbers, events } = ports;
  const settings = config.sms ?? (isEmulator ? emulatorSettings : noSettings);
  const key = keys.deriveKey('sent-text', rootVersion);
  const seals = new Seals(keys.deriveKey('sealed-text', rootVersion), ids);
  const table = storage.table(sentTexts);
  const arrived = new ArrivedTexts(table, due, key);
  const references = new TextReferences(table, seals, key);
  const texts = new SentTexts({ table, due, references, arrived, key });
  const optOuts = new OptOuts(storage.table(smsOptOuts), keys.deriveKey('sms-opt-out', rootVersion));
  const timeoutId = keys.deriveKey('text-time-out', rootVersion).toString('base64url');
  const outside = textReports(foundation, ports);
  const reports: ReportParts = {
    texts,
    references,
    seals,
    clock,
    wasDeleted: (...asked) => burials.wasDeleted(...asked),
    tell: outside.tell,
  };
  const receive: ReceiveParts = {
    numbers,
    optOuts,
    arrived,
    clock,
    geography,
    key,
    tell: (resourceId, event) => events.rows.tell(resourceId, event),
    received: outside.received,
  };
  const phone = isEmulator ? new Phone({ table: storage.table(phoneTexts), due, clock, ids }) : undefined;
  const onward = carrierOf(config, settings, foundation);
  const outbox = openOutbox<TextContent>(
    foundation,
    textStores,
    textRules({ ...reports, carrier: onward ?? (phone ? phoneCarrier(phone, false) : noCarrier) }),
  );
  const routes = onward !== undefined ? carrierRoutes : phone !== undefined ? phoneRoutes : noRoutes;
  return {
    name: 'sms',
    stores: [
      ...outbox.stores,
      bind(sentTexts, { texts, timeOut: (hash) => timeOutText(reports, timeoutId, hash) }),
      bind(smsOptOuts, optOuts),
      ...(phone === undefined ? [] : [bind(phoneTexts, phone)]),
    ],
    operations: [
      ...textOperations({
        ...reports,
        ids,
        due,
        geography,
        numbers,
        optOuts,
        outbox: outbox.outbox,
        routes,
        key,
        timeoutId,
        mayUseName: ({ name }, sender) => mayUseName(settings, name, sender),
        pause: pauseUnref,
        reportFailure: (failure) => options.reportFailure('sms-send', '', failure),
        onSent: outside.sent,
      }),
      ...carrierOperations(reports, receive),
    ],
    triggers: outbox.triggers,
    events: smsEventTypes,
    logs: [{ table: textLog }],
    stage:
      phone === undefined
        ? []
        : phoneStage(foundation, { phone, reports, receive, resourceIdOf: resourceIdOfName(foundation, management) }),
    health: () => outbox.health(),
    stop: (limitMs) => outbox.stop(limitMs),
    forget: () => outbox.forget(),
  };
}

function carrierOf(
  { smsSecrets }: Pick<Config, 'smsSecrets'>,
  { url, repeats }: SmsSettings,
  { clock }: Pick<Foundation, 'clock'>,
): SmsCarrier | undefined {
  const [secret] = smsSecrets;
  return url === undefined || secret === undefined
    ? undefined
    : httpCarrier({ url, secret, repeatsUnknown: repeats === 'at-least-once', clock });
}

/** Texts that were accepted while there were settings wait for them to come back, for their time. */
const noCarrier: SmsCarrier = {
  repeatsUnknown: false,
  timeLimitMs: 1_000,
  handOver: async (parcels) =>
    parcels.map(({ recipients }) =>
      Object.fromEntries(recipients.map(({ id }) => [id, { outcome: 'deferred', reason: 'no-carrier' } as const])),
    ),
};
