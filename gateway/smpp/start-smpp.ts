// Text messages by SMPP: what the app hands over is submitted to an SMSC, and what the SMSC brings is told to the app. It
// keeps nothing that is not in the hands of somebody else.
import { AppClient } from '../app-client.js';
import type { Clock } from '../../shared/time/clock.js';
import type { Ids } from '../../shared/time/ids.js';
import { Deliveries } from './deliveries.js';
import type { CarrierReport } from './carrier-report.js';
import { KeptLink } from './kept-link.js';
import { KnownOutcomes } from './known-outcomes.js';
import { tellAgainMs, tellMs, toldAtOnce } from './limits.js';
import { MessageReferences, type ReceiptIds } from './message-references.js';
import { PartsInWaiting } from './parts-in-waiting.js';
import type { BindCommand } from './smpp-link.js';
import type { SmscOptions } from './smsc-options.js';
import type { LongTexts } from './submit-fields.js';
import { submitMessage } from './submit-message.js';
import { listenForMessages } from './submit-server.js';
import { Teller } from './teller.js';
import type { ToldText } from './told-text.js';

export interface SmppOptions {
  readonly smsc: SmscOptions;
  readonly longTexts: LongTexts;
  readonly receiptIds: ReceiptIds;
  /** Where the app hands messages over; in clear only on the machine itself. */
  readonly listen: { readonly address: string; readonly port: number; readonly isSecure: boolean };
  /** Shared with the app: any of them may have signed what it asks, the first signs what it is told. */
  readonly secrets: readonly [Buffer, ...Buffer[]];
  /** In place of those of limits.ts, real ms. */
  readonly bounds?: Partial<SmppBounds> | undefined;
}

export interface SmppBounds {
  readonly tellAgainMs: number;
  readonly unknownPausesMs: readonly number[];
  readonly holdPartMs: number;
}

export interface SmppParts extends SmppOptions {
  /** Scheme and host of the function app. */
  readonly app: string;
  readonly ca?: string | undefined;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly clock: Clock;
  readonly ids: Ids;
  log(line: string): void;
}

export interface RunningSmpp {
  /** Where the app hands messages over. */
  readonly port: number;
  /** Whether messages can be submitted. */
  isReady(): boolean;
  /** What is held of deliveries, and of parts that wait for others. */
  held(): { readonly deliveries: number; readonly partBytes: number };
  close(): Promise<void>;
}

export async function startSmpp(options: SmppParts): Promise<RunningSmpp> {
  const { smsc, longTexts, listen, secrets, bounds = {}, clock, ids, log } = options;
  const app = new AppClient({
    ...options,
    secret: secrets[0],
    secretNames: 'GATEWAY_SMPP_SECRETS with DOMICILE_SMS_SECRETS',
    connections: toldAtOnce * 2,
    askMs: tellMs,
    againMs: bounds.tellAgainMs ?? tellAgainMs,
  });
  const texts = new Teller<ToldText>({ app, path: '/sms/carrier/messages', list: 'messages' });
  const references = new MessageReferences(options.receiptIds, clock);
  const parts = new PartsInWaiting({
    clock,
    makeId: () => ids.uuid(),
    tell: (text) => texts.tell(text),
    holdPartMs: bounds.holdPartMs,
    log,
  });
  const deliveries = new Deliveries({
    reports: new Teller<CarrierReport>({ app, path: '/sms/carrier/reports', list: 'reports' }),
    texts,
    parts,
    clock,
    ids,
    references,
    unknownPausesMs: bounds.unknownPausesMs,
  });
  const keep = (command: BindCommand) =>
    new KeptLink({ command, smsc, clock, ids, log, onDelivery: (pdu, link) => deliveries.take(pdu, link) });
  const submitting = keep(smsc.bind === 'transceiver' ? 'bind_transceiver' : 'bind_transmitter');
  const links = smsc.bind === 'transceiver' ? [submitting] : [submitting, keep('bind_receiver')];
  const endLinks = async (): Promise<void> => {
    await Promise.all(links.map((link) => link.close()));
    await parts.close();
    await app.close();
  };
  const known = new KnownOutcomes(clock);
  let reference = ids.bytes(2).readUInt16BE(0);
  const submitParts = {
    link: () => submitting.link,
    longTexts,
    throttledPauseMs: smsc.timings.throttledPauseMs,
    referenceOf: (messageId: string) => references.ofSubmission(messageId),
    nextReference: () => (reference = (reference + 1) % 65_536),
  };
  try {
    const server = await listenForMessages({
      ...listen,
      tls: listen.isSecure ? options.tls : undefined,
      secrets,
      clock,
      isReady: () => submitting.link !== undefined,
      submit: (message, leftMs) =>
        known.submitOnce(message.id, message.attempt, () => submitMessage({ ...submitParts, leftMs }, message)),
      askAgain: () => submitting.link?.askAgain(),
      log,
    });
    return {
      port: server.port,
      isReady: () => links.every(({ link }) => link !== undefined),
      held: () => ({ deliveries: deliveries.held, partBytes: parts.bytes }),
      close: async () => {
        await server.close();
        await endLinks();
      },
    };
  } catch (error) {
    await endLinks();
    throw error;
  }
}
