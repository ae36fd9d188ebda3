// What every capability stands on: clock, storage and keys; who may enter; where resources lie, here and elsewhere.
import { Authenticator, createSigningKeys, EntraVerifier, KeyRing, TokenVerifier } from '../shared/auth/index.js';
import { ConnectedPeers, type World } from '../shared/geography/passing/index.js';
import { RevocationLog } from '../shared/identity/index.js';
import { defaultResourceOf, Hosts, ResourceDirectory } from '../shared/resources/index.js';
import { createTransactionCounter, DueIndex, openStorage } from '../shared/storage/index.js';
import { createClock } from '../shared/time/clock.js';
import { randomIds } from '../shared/time/ids.js';
import type { ComposeOptions } from './compose-options.js';
import type { Config } from './config.js';
import { dataMap } from './data-map.js';

export async function layFoundation(config: Config, options: ComposeOptions) {
  const clock = createClock(config.clockOffsetMs);
  const ids = options.ids ?? randomIds;
  const counter = createTransactionCounter();
  const storage = await openStorage(config.storage, {
    dataMap,
    observers: [counter.observe, ...(options.observers ?? [])],
  });

  const keys = new KeyRing(config.masterSecrets);
  const signingKeys = createSigningKeys(config.tokenKey, config.retiredTokenKeys);
  const issuer = `domicile/${config.geography}`;
  const tokens = new TokenVerifier({ issuer, keys: signingKeys });
  const entra =
    config.entra &&
    new EntraVerifier({
      settings: config.entra,
      clock,
      reportFailure: (failure) => options.reportFailure('entra-keys', '', failure),
    });

  const peers = new ConnectedPeers({
    geography: config.geography,
    // Without a key of its own a geography knows no others, and signs nothing.
    keys: createSigningKeys(config.hopKey ?? config.tokenKey),
    clock,
    ids,
  });
  const hosts = new Map<string, string>();
  const meet = (world: World): void => {
    peers.meet(world);
    hosts.clear();
    for (const [host, resource] of Object.entries(world.hosts)) {
      if (typeof resource === 'string') hosts.set(host, resource);
      else if (resource.geography === config.geography) hosts.set(host, resource.name);
    }
  };
  meet(config.world);

  const revocationLog = new RevocationLog({ storage, subjectKey: keys.deriveKey('revocation-subject', 1), clock, ids });
  const resourceHosts = new Hosts({ geography: config.geography, domain: config.domain, configured: hosts });
  const directory = new ResourceDirectory({
    storage,
    geography: config.geography,
    hosts: resourceHosts,
    defaultResource: defaultResourceOf(keys, config.geography, config.defaultResource),
    changes: {
      channelOf: (name) => revocationLog.subjectOf(`resource:${name}`),
      versionOf: (channel) => revocationLog.versionOf(channel),
      announce: (channel) => revocationLog.announce(channel),
    },
  });
  const authenticator = new Authenticator({
    clock,
    keys,
    tokens,
    entra,
    privacyKeys: config.privacyKeys,
    emulator: config.isEmulator,
    isAlive: (token) => revocationLog.isAlive(token),
  });

  return {
    clock,
    ids,
    counter,
    storage,
    due: new DueIndex(storage, ids),
    keys,
    signingKeys,
    issuer,
    tokens,
    entra,
    authenticator,
    peers: options.peers ?? peers,
    /** Takes the other geographies, and which hosts are ours. */
    meet,
    revocationLog,
    resourceHosts,
    directory,
  };
}
