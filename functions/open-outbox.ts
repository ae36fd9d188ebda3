// Opens an outbox of a capability: its stores bound, its timer and queues, and how it is. What leaves the house leaves here.
import { bind } from '../shared/data-map/index.js';
import { Outbox, type OutboxRules, type OutboxStores } from '../shared/deliveries/index.js';
import { countDeliveryOutcome, recordWaitingDeliveries } from '../shared/diagnostics/index.js';
import { DueIndex } from '../shared/storage/index.js';
import type { Capability, Health } from './capability.js';
import type { Foundation } from './foundation.js';
import { pauseUnref } from './pause-unref.js';
import { rootVersion } from './root-version.js';

export interface OpenedOutbox<Content> extends Required<Pick<Capability, 'stores' | 'triggers' | 'forget' | 'stop'>> {
  readonly outbox: Outbox<Content>;
  /** Faults of ours; a destination that is down is none. */
  health(): Promise<Health>;
}

/**
 * @param stores their declarations; all four stand in the data map
 * @example
 * const mails = openOutbox(foundation, mailStores, { name: 'mails', carrier, giveUpAfterMs, ...rules });
 * return { name: 'email', stores: mails.stores, triggers: mails.triggers, health: mails.health, ... };
 */
export function openOutbox<Content>(
  { storage, clock, ids, keys, burials, jobs, options }: Foundation,
  stores: OutboxStores,
  rules: OutboxRules<Content>,
): OpenedOutbox<Content> {
  const { deliveries, bodies, due, queue } = stores;
  const { name } = rules;
  const outbox = new Outbox<Content>({
    table: storage.table(deliveries),
    blobs: storage.blobs(bodies),
    due: new DueIndex(storage.table(due), ids),
    queue: storage.queue(queue),
    clock,
    ids,
    hashKey: keys.deriveKey('delivery', rootVersion),
    wasDeleted: (resourceId, identifier, since) => burials.wasDeleted(resourceId, identifier, since),
    requireOwnStorage: () => jobs.requireOwnStorage(),
    metrics: { countOutcome: countDeliveryOutcome, recordWaiting: recordWaitingDeliveries },
    reportFailure: (failed, failure) => options.reportFailure(`deliver-${failed}`, '', failure),
    pause: pauseUnref,
    rules,
  });
  return {
    outbox,
    stores: [bind(deliveries, outbox), bind(bodies, outbox), bind(due, undefined), bind(queue, undefined)],
    triggers: [
      { name: `find-due-${name}`, schedule: '0 * * * * *', run: () => outbox.findDue() },
      { name: `deliver-${name}`, queue, run: (message: string) => outbox.work(message) },
      {
        name: `park-${name}`,
        queue,
        isPoison: true,
        run: async (message, report) => {
          await outbox.park(message);
          report.error('A delivery failed again and again and is parked. It is tried again; GET /health shows it.');
        },
      },
    ],
    health: async () => {
      const parked = (await outbox.troubles()).reduce((sum, each) => sum + each.parked, 0);
      const { count, since } = outbox.waiting;
      const waitedSeconds = Math.max(0, Math.round((clock.now() - since) / 1_000));
      return {
        facts: {
          ...(parked > 0 && { [`parked-${name}`]: parked }),
          // No trouble of ours by itself: whoever is to take it may be down.
          ...(count > 0 && { [`waiting-${name}`]: count, [`oldest-waiting-${name}-seconds`]: waitedSeconds }),
        },
        troubles: parked === 0 ? [] : [`${parked} deliveries of ${name} failed again and again and are parked.`],
      };
    },
    forget: () => outbox.forget(),
    stop: (limitMs) => outbox.stop(limitMs),
  };
}
