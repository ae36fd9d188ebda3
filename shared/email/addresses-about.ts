// What suppression lists hold about a person: the entries and hashes of an address are found by its hash; what is written
// about somebody in names and notes of other entries, by reading those. An erasure takes the words, and leaves the hash by
// which the address goes on being suppressed: whoever has opted out must not get mail because they were forgotten.
import {
  type EraseStep,
  holdsPerhaps,
  type PersonalIdentifier,
  type Remainder,
  type StoreAccess,
} from '../data-map/index.js';
import type { OwnedPart, Owner, Tags } from '../resources/index.js';
import { isSame } from '../resources/index.js';
import { partWords } from './item-words.js';
import type { ArmItem, StoredItem } from './model.js';
import type { KeptHash, SuppressedAddresses } from './suppressed-addresses.js';
import { addressOf } from './suppression-changes.js';

export interface AddressWalk {
  readonly addresses: SuppressedAddresses;
  /** The domains that are linked to a resource; or all email resources of a subscription. */
  mailPartsOf(owner: Owner): Promise<readonly OwnedPart[]>;
}

export type AboutAddress =
  | { readonly kind: 'entry'; readonly item: StoredItem }
  /** The words of an entry of somebody else. */
  | { readonly kind: 'words'; readonly item: StoredItem; readonly words: Tags }
  /** That no mail of a domain goes to the address, which no list says (any more). */
  | ({ readonly kind: 'hash' } & KeptHash);

export async function* addressesAbout(
  identifier: PersonalIdentifier,
  { opened, now, ...owner }: StoreAccess<AddressWalk>,
): AsyncGenerator<AboutAddress> {
  const { addresses } = opened;
  for (const part of await opened.mailPartsOf(owner)) {
    if (identifier.kind === 'email') {
      const { entries, hashes } = await addresses.factsOf(part, identifier.address, now);
      for (const key of entries) {
        const item = await addresses.entry(part.ownerId, key);
        if (item !== undefined) {
          yield { kind: 'entry', item };
        }
      }
      for (const hash of hashes) {
        yield { kind: 'hash', ...hash };
      }
    }
    let after: string | undefined;
    do {
      const items = await addresses.entriesAfter(part, after);
      for (const item of items) {
        const words = wordsBeside(item, identifier);
        if (Object.keys(words).length > 0) {
          yield { kind: 'words', item, words };
        }
      }
      after = items.at(-1)?.key;
    } while (after !== undefined);
  }
}

/**
 * First all that is found by the hash; then a thousand entries a step, whose words may be about the person.
 *
 * @param cursor email resource, domain and key of the last entry that was read
 */
export async function eraseAddresses(
  identifier: PersonalIdentifier,
  { opened, now, ...owner }: StoreAccess<AddressWalk>,
  cursor?: string,
): Promise<EraseStep> {
  const parts = (await opened.mailPartsOf(owner)).toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const [first] = parts;
  if (cursor === undefined) {
    const erased = await eraseByHash(identifier, opened, parts, now);
    return first === undefined ? { erased } : { erased, cursor: nameOf(first) };
  }
  const [ownerId = '', domain = '', ...rest] = cursor.split('!');
  const name = `${ownerId}!${domain}!`;
  const part = parts.find((each) => nameOf(each) === name);
  const after = rest.join('!');
  const items = part === undefined ? [] : await opened.addresses.entriesAfter(part, after === '' ? undefined : after);
  let erased = 0;
  for (const item of items) {
    if (Object.keys(wordsBeside(item, identifier)).length > 0) {
      await opened.addresses.reword(ownerId, item.key, (entry) => withoutWords(entry, identifier));
      erased += 1;
    }
  }
  const last = items.at(-1)?.key;
  if (last !== undefined) {
    return { erased, cursor: `${name}${last}` };
  }
  const next = parts.find((each) => nameOf(each) > name);
  return next === undefined ? { erased } : { erased, cursor: nameOf(next) };
}

/** What an erasure leaves: hashes, and ids of entries of other addresses, under which programs of the owner know them. */
export async function remainingAddresses(
  identifier: PersonalIdentifier,
  access: StoreAccess<AddressWalk>,
): Promise<Remainder | undefined> {
  const [hashes, ids] = [await remainingHashes(identifier, access), await remainingIds(identifier, access)];
  if (hashes === undefined || ids === undefined) {
    return hashes ?? ids;
  }
  // The ids have no time.
  return { what: `${hashes.what}. ${ids.what}`, why: `${hashes.why} ${ids.why}` };
}

async function remainingIds(
  identifier: PersonalIdentifier,
  { opened, ...owner }: StoreAccess<AddressWalk>,
): Promise<Remainder | undefined> {
  // Nothing but an id itself resembles one.
  if (identifier.kind === 'identity') {
    return undefined;
  }
  for (const part of await opened.mailPartsOf(owner)) {
    let after: string | undefined;
    do {
      const items = await opened.addresses.entriesAfter(part, after);
      const isOwn = (item: StoredItem) => identifier.kind === 'email' && isSame(addressOf(item), identifier.address);
      if (items.some((item) => !isOwn(item) && holdsPerhaps(item.name, identifier))) {
        return {
          what: 'The id of an entry on a suppression list, which seems to name the person',
          why: 'The entry is of another address. Delete it through the management API, and put it under another id.',
        };
      }
      after = items.at(-1)?.key;
    } while (after !== undefined);
  }
  return undefined;
}

/** What goes on suppressing an address; before an erasure also what its entries will leave. */
async function remainingHashes(
  identifier: PersonalIdentifier,
  { opened, now, ...owner }: StoreAccess<AddressWalk>,
): Promise<Remainder | undefined> {
  if (identifier.kind !== 'email') {
    return undefined;
  }
  const domains = new Map<string, number | undefined>();
  for (const part of await opened.mailPartsOf(owner)) {
    const { entries, hashes } = await opened.addresses.factsOf(part, identifier.address, now);
    for (const { domain, until, keptSince } of hashes) {
      domains.set(`${part.ownerId}!${domain}`, keptSince === undefined ? until : undefined);
    }
    for (const key of entries) {
      domains.set(`${part.ownerId}!${key.split('!')[1]}`, undefined);
    }
  }
  if (domains.size === 0) {
    return undefined;
  }
  const ends = [...domains.values()];
  const until = ends.includes(undefined) ? undefined : Math.max(...ends.map(Number));
  return {
    what: `That no mail of ${domains.size === 1 ? 'one domain' : `${domains.size} domains`} goes to the address: a keyed hash, without name or note`,
    why: 'Who has opted out, or whose address took no mail, would otherwise get mail again. Whoever may manage the domain can lift it.',
    ...(until !== undefined && { until }),
  };
}

async function eraseByHash(
  identifier: PersonalIdentifier,
  { addresses }: AddressWalk,
  parts: readonly OwnedPart[],
  now: number,
): Promise<number> {
  let erased = 0;
  if (identifier.kind === 'email') {
    for (const part of parts) {
      erased += await addresses.forgetAddress(part, identifier.address, now);
    }
  }
  return erased;
}

/** Sorts the parts, and begins the cursor within one. */
function nameOf({ ownerId, domain = '' }: OwnedPart): string {
  return `${ownerId}!${domain}!`;
}

/** Names and notes of an entry about the person; of the person's own entry, which is found as a whole, none. */
function wordsBeside(item: ArmItem, identifier: PersonalIdentifier): Tags {
  const isOwn = identifier.kind === 'email' && isSame(addressOf(item), identifier.address);
  return isOwn ? {} : partWords(item, identifier);
}

function withoutWords(item: StoredItem, identifier: PersonalIdentifier): ArmItem {
  const about = wordsBeside(item, identifier);
  const properties = Object.fromEntries(Object.entries(item.properties).filter(([name]) => !(name in about)));
  return { ...item, properties };
}
