// What phone numbers keep, for the data map. A number of the inventory is the resource's, like its name: an erasure of a person
// leaves it, and the receipt says how it is given back.
import { dataStore, type PersonalIdentifier } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { eraseClaims } from './erase-claims.js';
import { updateKeptMs } from './limits.js';
import { digitsOf, type NumberClaim } from './model.js';
import type { NumberParts } from './parts.js';
import { dropReservation, dropReservationKind, forgetInReservations, isClosedWith } from './reservations.js';
import { dropSearch, dropSearchKind } from './search-numbers.js';
import { eraseSipWords, sipConfigurationOf } from './sip/sip-routing.js';
import { sipSeemsToName, sipWordsAbout } from './sip/sip-words.js';
import { dropUpdate, dropUpdateKind } from './update-capabilities.js';

export const phoneNumbers = dataStore<NumberParts>({
  name: 'phonenumbers',
  area: 'phone numbers',
  // Before the index by which they are found when their resource is deleted.
  rank: 'content',
  medium: 'table',
  holds: 'The phone numbers that resources own, or hold for a while: kind, capabilities, cost, since when',
  belongsTo: { columns: ['resource'], resourceOf: ({ columns }) => String(columns['resource']) },
  personalData: ['phone numbers of the resource, when the owner has given one to a person'],
  keptFor:
    'until the owner releases the number or deletes the resource; one that is held, for 16 minutes, or as long as its reservation',
  locate: async (identifier, access) => {
    const claim = await claimAbout(identifier, access);
    if (claim === undefined) {
      return { items: 0 };
    }
    const { purchasedOn: since, heldUntil: keptUntil } = claim;
    return {
      items: 1,
      notErased: 1,
      ...(since !== undefined && { since }),
      ...(keptUntil !== undefined && { keptUntil }),
    };
  },
  async *exportItems(identifier, access) {
    const claim = await claimAbout(identifier, access);
    if (claim !== undefined) {
      const { phoneNumber, phoneNumberType, purchasedOn, heldUntil } = claim;
      yield {
        record: {
          phoneNumber,
          phoneNumberType,
          ...(purchasedOn !== undefined && { purchasedOn: toSeconds(purchasedOn) }),
          ...(heldUntil !== undefined && { heldUntil: toSeconds(heldUntil) }),
        },
        ...(heldUntil !== undefined && { keptUntil: heldUntil }),
      };
    }
  },
  exportedFields: {
    phoneNumber: 'A number of the resource itself, which you may have been given',
    phoneNumberType: 'Its kind',
    purchasedOn: 'Since when the resource has it',
    heldUntil: 'Until when it is held for the resource, which has not bought it yet',
  },
  erase: async () => ({ erased: 0 }),
  lateWrites: 'A number is written as the resource’s own, never about a person',
  remains: async (identifier, access) => {
    const claim = await claimAbout(identifier, access);
    return (
      claim && {
        what: 'A phone number of the resource itself',
        why: 'It is the resource’s, not the person’s, like its name. Release it through the phone numbers API (DELETE /phoneNumbers/{phoneNumber}); then nothing of it stays.',
        ...(claim.heldUntil !== undefined && { until: claim.heldUntil }),
      }
    );
  },
  eraseResource: ({ opened, resourceId }, cursor) => eraseClaims(opened, resourceId, cursor),
  expired: 'Nothing by itself; a number that is held goes with the search or the reservation that holds it',
});

const dayMs = 24 * 60 * 60_000;

export const numberItems = dataStore<NumberParts>({
  name: 'numberitems',
  area: 'phone numbers',
  rank: 'index',
  medium: 'table',
  holds:
    'What resources have beside their numbers: searches, reservations, what is being released or changed, SIP trunks and routes, and an index of their numbers',
  belongsTo: { resourceOf: ({ partition }) => partition },
  personalData: [
    'numbers in reservations that are over',
    'names, patterns and descriptions of SIP routes, and domains of trunks, when the owner put a person into them',
  ],
  foundBy:
    'by phone number; and in SIP routes and trunks by number, id, address or name, as part of the three operations above',
  keptFor: `a search for 16 minutes; a reservation for 30 days; which number an update was of, for ${updateKeptMs / dayMs} days, or until it is released; SIP routing until the owner changes it`,
  locate: async (identifier, { opened, resourceId }) => {
    const { described, named } = sipWordsAbout(await sipConfigurationOf(opened.items, resourceId), identifier);
    const reservations = await closedWith(identifier, opened, resourceId);
    const items = described.length + named.length + reservations.length;
    const since = Math.min(...reservations.map(({ createdOn }) => createdOn));
    return {
      items,
      ...(named.length > 0 && { notErased: named.length }),
      ...(Number.isFinite(since) && { since }),
    };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    const { described, named } = sipWordsAbout(await sipConfigurationOf(opened.items, resourceId), identifier);
    yield* described.map(({ description }) => ({ record: { description } }));
    yield* named.map((name) => ({ record: { name } }));
    for (const { createdOn } of await closedWith(identifier, opened, resourceId)) {
      yield { record: { reservedOn: toSeconds(createdOn) } };
    }
  },
  exportedFields: {
    description: 'Description of a SIP route that you are named in',
    name: 'Name or pattern of a SIP route, or domain of a SIP trunk, that you are named in',
    reservedOn: 'When your number was reserved by the resource, which does not have it any more',
  },
  erase: async (identifier, { opened, resourceId }) => {
    let erased = await eraseSipWords(opened.items, resourceId, identifier);
    if (identifier.kind === 'phoneNumber' && (await closedWith(identifier, opened, resourceId)).length > 0) {
      erased += await forgetInReservations(opened, resourceId, digitsOf(identifier.e164));
    }
    return { erased };
  },
  lateWrites: 'What an owner writes is one write of one request; a job writes numbers of the inventory alone',
  remains: async (identifier, { opened, resourceId }) => {
    const configuration = await sipConfigurationOf(opened.items, resourceId);
    const { named } = sipWordsAbout(configuration, identifier);
    return named.length > 0 || (identifier.kind !== 'identity' && sipSeemsToName(configuration, identifier))
      ? {
          what: 'The name, pattern or description of a SIP route, or the domain of a trunk, which seems to name the person',
          why: 'Calls are routed by it. Change it through the API of SIP routing (PATCH /sip).',
        }
      : undefined;
  },
  eraseResource: ({ opened, resourceId }) => opened.items.removeAllOf(resourceId),
  expired: {
    due: {
      [dropSearchKind]: (id, { opened }) => dropSearch(opened, id),
      [dropReservationKind]: (id, { opened }) => dropReservation(opened, id),
      [dropUpdateKind]: (id, { opened }) => dropUpdate(opened, id),
    },
  },
});

async function claimAbout(
  identifier: PersonalIdentifier,
  { opened, resourceId, now }: { readonly opened: NumberParts; readonly resourceId: string; readonly now: number },
): Promise<NumberClaim | undefined> {
  if (identifier.kind !== 'phoneNumber') {
    return undefined;
  }
  const claim = await opened.claims.claimOf(identifier.e164);
  return claim?.resourceId === resourceId && (claim.heldUntil ?? Infinity) > now ? claim : undefined;
}

/** Reservations that are over and name a number that the resource does not have. */
async function closedWith(identifier: PersonalIdentifier, { items, claims }: NumberParts, resourceId: string) {
  if (identifier.kind !== 'phoneNumber') {
    return [];
  }
  const found: { readonly createdOn: number }[] = [];
  for await (const { content } of items.all(resourceId, 'reservation')) {
    if (isClosedWith(content, digitsOf(identifier.e164))) {
      found.push(content);
    }
  }
  const isIts = found.length > 0 && (await claims.claimOf(identifier.e164))?.resourceId === resourceId;
  return isIts ? [] : found;
}
