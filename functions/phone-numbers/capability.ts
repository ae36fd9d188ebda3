// Phone numbers and SIP routing: which numbers there are, who has them, and by which trunks they are called.
import { bind } from '../../shared/data-map/index.js';
import {
  emulatedLots,
  Inventory,
  NumberClaims,
  NumberItems,
  numberItems,
  type NumberParts,
  numberWork,
  type OwnedNumbers,
  phoneNumbers,
  runPurchase,
  runRelease,
  runReservationPurchase,
  runSearch,
  runUpdate,
  seedNumber,
} from '../../shared/phone-numbers/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { catalogueOperations } from './catalogue.js';
import { operatorInformationOperations } from './operator-information.js';
import { ownedNumberOperations } from './owned-numbers.js';
import { purchaseOperations } from './purchases.js';
import { reservationOperations } from './reservations.js';
import { sipOperations } from './sip.js';

export interface PhoneNumbersCapability extends Capability {
  /** Who owns which number. */
  readonly numbers: OwnedNumbers;
  /** For the emulator: a number of the resource that nobody has created. */
  seed(): Promise<void>;
}

export function phoneNumbersCapability(foundation: Foundation): PhoneNumbersCapability {
  const { config, storage, jobs, longRunning, due, clock, ids, directory } = foundation;
  const claims = new NumberClaims(storage.table(phoneNumbers));
  const lots = config.phoneNumbers ?? (config.isEmulator ? emulatedLots(config.geography) : []);
  const parts: NumberParts = {
    provider: new Inventory(lots),
    claims,
    items: new NumberItems(storage.table(numberItems)),
    jobs,
    operations: longRunning,
    due,
    clock,
    ids,
  };
  return {
    name: 'phone-numbers',
    stores: [bind(phoneNumbers, parts), bind(numberItems, parts)],
    operations: [
      ...catalogueOperations(parts),
      ...purchaseOperations(parts),
      ...ownedNumberOperations(parts),
      ...reservationOperations(parts),
      ...operatorInformationOperations(parts),
      ...sipOperations(parts),
    ],
    jobs: {
      [numberWork.search]: { step: (job) => runSearch(parts, job) },
      [numberWork.purchase]: { step: (job) => runPurchase(parts, job) },
      [numberWork.release]: { step: (job) => runRelease(parts, job) },
      [numberWork.update]: { step: (job) => runUpdate(parts, job) },
      [numberWork.purchaseReservation]: { step: (job) => runReservationPurchase(parts, job) },
    },
    numbers: claims,
    seed: async () => seedNumber(parts, config.geography, (await directory.default()).immutableId),
  };
}
