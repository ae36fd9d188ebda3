// What others may see of phone numbers.
export { browseNumbers } from './browse-numbers.js';
export { NumberClaims } from './claims.js';
export { emulatedLots, seededNumber } from './emulated-lots.js';
export { phoneNumberFaults } from './faults.js';
export { offersOf } from './find-offer.js';
export { Inventory, type NumberLot } from './inventory.js';
export { InventorySetting } from './inventory-setting.js';
export { maxNumbersAsked, maxPageEntries } from './limits.js';
export { listNumbers } from './list-numbers.js';
export type {
  NumberCapabilities,
  NumberClaim,
  NumberCost,
  NumberReservation,
  NumberSearch,
  PhoneNumberType,
} from './model.js';
export { NumberItems } from './number-items.js';
export type { NumberOffer, NumberProvider, OfferedNumber } from './number-provider.js';
export { cancelWork, numberWork } from './number-work.js';
export { informationAbout, type NumberInformation } from './operator-information.js';
export type { OwnedNumber, OwnedNumbers } from './owned-number.js';
export type { NumberParts } from './parts.js';
export { numberItems, phoneNumbers } from './personal-data.js';
export { startPurchase, runPurchase } from './purchase-numbers.js';
export { startReservationPurchase, runReservationPurchase } from './purchase-reservation.js';
export { putReservation, type RefusedNumber } from './put-reservation.js';
export { phoneNumberRateLimits } from './rate-limits.js';
export { startRelease, runRelease } from './release-number.js';
export { statusOf } from './reservation-status.js';
export { deleteReservation, listReservations, requireReservation } from './reservations.js';
export { requireSearch, startSearch, runSearch } from './search-numbers.js';
export { seedNumber } from './seed-number.js';
export type { SipConfiguration } from './sip/model.js';
export { changeSipConfiguration, sipConfigurationOf } from './sip/sip-routing.js';
export { startUpdate, runUpdate, updatedNumber } from './update-capabilities.js';
