// The brokers of all geographies of one emulator: one each, with a file each beside its storage, behind one port.
import { join } from 'node:path';
import type { GeographySlug } from '../../shared/geography/index.js';
import { makeFolders } from '../../cli/make-folders.js';
import type { EmulatorPlan } from '../options.js';
import { Broker, newBrokerKey } from './broker.js';
import { type BrokerServer, startBrokerServer } from './broker-server.js';
import { webhookGuard } from './webhook-guard.js';

export interface Brokers {
  /** The setting of a geography's function app. */
  settingOf(slug: GeographySlug): string;
  /** Where the publish API of a geography is, and its key. */
  accessTo(slug: GeographySlug): { readonly endpoint: string; readonly key: string };
  /** Where a geography keeps what nobody took; until it is said that is nowhere. */
  keepWith(slug: GeographySlug, keep: (resource: string, letter: object) => Promise<void>): void;
  /** Hands over what is due by product time. */
  deliverDue(): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function startBrokers(
  { geographies, dataFolder, eventHosts, log }: EmulatorPlan,
  ca: string,
  now: () => number,
): Promise<Brokers> {
  const guard = webhookGuard(eventHosts);
  const keepers = new Map<GeographySlug, (resource: string, letter: object) => Promise<void>>();
  const brokers = new Map<string, { readonly broker: Broker; readonly key: string }>();
  const server: BrokerServer = await startBrokerServer(brokers);
  const baseOf = (slug: GeographySlug) => `http://127.0.0.1:${server.port}/${slug}`;
  for (const geography of geographies) {
    const broker = new Broker({
      geography,
      path: dataFolder === undefined ? undefined : join(dataFolder, geography, 'events.ndjson'),
      guard,
      ca,
      now,
      base: () => baseOf(geography),
      keepDeadLetter: async (resource, letter) => keepers.get(geography)?.(resource, letter),
      log,
    });
    brokers.set(geography, { broker, key: newBrokerKey() });
    if (dataFolder !== undefined) {
      await makeFolders(join(dataFolder, geography), 0o700);
    }
    await broker.open();
  }
  const all = [...brokers.values()].map(({ broker }) => broker);
  const accessTo = (slug: GeographySlug) => ({
    endpoint: `${baseOf(slug)}/api/events`,
    key: brokers.get(slug)?.key ?? '',
  });
  return {
    accessTo,
    settingOf: (slug) => JSON.stringify({ ...accessTo(slug), isBroker: true }),
    keepWith: (slug, keep) => void keepers.set(slug, keep),
    deliverDue: async () => void (await Promise.all(all.map((broker) => broker.deliverDue()))),
    reset: async () => void (await Promise.all(all.map((broker) => broker.reset()))),
    close: async () => {
      await Promise.all(all.map((broker) => broker.close()));
      await server.close();
    },
  };
}
