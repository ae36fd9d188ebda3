// The walks over the data map, for an outbox: what waits about a person, and what waits for a resource.
import {
  type EraseStep,
  type ExportItem,
  type Explanation,
  explainKept,
  type Located,
  type PersonalIdentifier,
} from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { Readable } from 'node:stream';
import { erasePage, lookAgainMs, shards } from './limits.js';
import type { KeptDelivery } from './model.js';
import type { OutboxParts } from './parts.js';
import { hashOfPerson } from './persons.js';
import type { Pointer } from './store.js';
import { readContent } from './take-lease.js';
import { withdraw } from './withdraw.js';

export async function locate<Content>(
  parts: OutboxParts<Content>,
  identifier: PersonalIdentifier,
  resourceId: string,
): Promise<Located> {
  const who = hashOfPerson(parts.hashKey, resourceId, identifier);
  let items = 0;
  let since = Number.POSITIVE_INFINITY;
  let keptUntil = 0;
  for await (const { acceptedOn, giveUpAt } of parts.store.pointersTo(who)) {
    items += 1;
    since = Math.min(since, acceptedOn);
    keptUntil = Math.max(keptUntil, giveUpAt);
  }
  return items === 0 ? { items } : { items, since, keptUntil };
}

export async function* exportItems<Content>(
  parts: OutboxParts<Content>,
  identifier: PersonalIdentifier,
  resourceId: string,
  includesReceived: boolean,
): AsyncGenerator<ExportItem> {
  const who = hashOfPerson(parts.hashKey, resourceId, identifier);
  for await (const { id } of parts.store.pointersTo(who)) {
    const delivery = await parts.store.read(id);
    if (delivery !== undefined) {
      yield exportOne(parts, delivery, who, includesReceived);
    }
  }
}

function exportOne<Content>(
  { rules, blobs, hashKey }: OutboxParts<Content>,
  delivery: KeptDelivery,
  who: string,
  includesReceived: boolean,
): ExportItem {
  const { id, acceptedOn, giveUpAt, resourceId, about, recipients, body, blob } = delivery;
  const content = readContent<Content>(delivery.content);
  const addresses = recipients.map(({ address }) => rules.recipientOf(address) ?? []).flat();
  const writers = delivery.content === '' ? [] : rules.concernsOf(content);
  const others = [...writers, ...addresses].filter((each) => hashOfPerson(hashKey, resourceId, each) !== who);
  const own = recipients.find((recipient) => recipient.who === who);
  // Whoever is only to receive it has not written it.
  const [writer] = about.includes(who) ? [] : writers;
  const isTold = writer === undefined || includesReceived;
  const hasFile = isTold && (body !== undefined || blob !== '');
  const open = async () => (body === undefined ? (await blobs.download(blob))?.content : Readable.from([body]));
  return {
    record: {
      delivery: id,
      acceptedOn: toSeconds(acceptedOn),
      triedUntil: toSeconds(giveUpAt),
      ...(own !== undefined && { address: own.address }),
      ...(isTold && { content }),
    },
    ...(hasFile && { file: { name: id, open } }),
    ...(isTold && writer !== undefined && { receivedFrom: writer }),
    ...(isTold && others.length > 0 && { others }),
    keptUntil: giveUpAt,
  };
}

/**
 * Withdraws what waits about a person, a hundred at a time. What is being handed over right now is waited for: its lease
 * ends in time.
 */
export async function erase<Content>(
  parts: OutboxParts<Content>,
  identifier: PersonalIdentifier,
  resourceId: string,
): Promise<EraseStep> {
  const { store, hashKey, pause } = parts;
  const who = hashOfPerson(hashKey, resourceId, identifier);
  const pointers: Pointer[] = [];
  for await (const pointer of store.pointersTo(who)) {
    pointers.push(pointer);
    if (pointers.length > erasePage) {
      break;
    }
  }
  let erased = 0;
  let leased = 0;
  for (const { id } of pointers.slice(0, erasePage)) {
    const outcome = await withdraw(parts, id, who);
    if (outcome === 'withdrawn') {
      erased += 1;
    }
    if (outcome === 'leased') {
      leased += 1;
    }
    // It went with its delivery, unless something broke.
    if (outcome === 'gone') {
      await store.removePointer(who, id);
    }
  }
  if (leased > 0 && erased === 0) {
    await pause(lookAgainMs);
  }
  const isMore = leased > 0 || pointers.length > erasePage;
  return isMore ? { erased, cursor: 'more' } : { erased };
}

/** Where an erasure of everything is: a shard, whether something before was under way, and where its page begins. */
interface Place {
  readonly shard: number;
  readonly leased: boolean;
  readonly continuation?: string | undefined;
}

/** Drops whatever waits for a resource, a page of deliveries at a time; once more from the beginning if some was under way. */
export async function eraseResource<Content>(
  parts: OutboxParts<Content>,
  resourceId: string,
  cursor?: string,
): Promise<EraseStep> {
  const { store, pause, parked } = parts;
  const place: Place = cursor === undefined ? { shard: 0, leased: false } : (JSON.parse(cursor) as Place);
  const { shard, continuation } = place;
  const page = await store.page(shard, { top: erasePage, ...(continuation !== undefined && { continuation }) });
  let erased = 0;
  let { leased } = place;
  for (const { id } of page.waiting.filter((waiting) => waiting.resourceId === resourceId)) {
    const outcome = await withdraw(parts, id, undefined);
    if (outcome === 'withdrawn') {
      erased += 1;
    }
    if (outcome === 'leased') {
      leased = true;
    }
  }
  const isLastPage = page.continuation === undefined;
  const isLast = isLastPage && shard + 1 === shards;
  if (isLast && !leased) {
    await parked.removeAllOf(resourceId);
    return { erased };
  }
  if (isLast) {
    await pause(lookAgainMs);
  }
  const again: Place = { shard: 0, leased: false };
  const next: Place = isLastPage ? { shard: shard + 1, leased } : { shard, leased, continuation: page.continuation };
  return { erased, cursor: JSON.stringify(isLast ? again : next) };
}

/** Bodies that no delivery leads to any more, or that are being written. */
export async function eraseBodies<Content>({ blobs }: OutboxParts<Content>, resourceId: string): Promise<EraseStep> {
  const { names, continuation } = await blobs.list(`${resourceId}.`, undefined, erasePage);
  for (const name of names) {
    await blobs.discard(name);
  }
  return continuation === undefined ? { erased: names.length } : { erased: names.length, cursor: 'more' };
}

/** One query while little waits for anybody. */
export async function waitsUntil<Content>(
  { store, clock, rules }: OutboxParts<Content>,
  resourceId: string,
): Promise<number | undefined> {
  return (await store.hasAnyOf(resourceId)) ? Math.floor(clock.now()) + rules.giveUpAfterMs : undefined;
}

export async function explain<Content>(
  { store }: OutboxParts<Content>,
  id: string,
  resourceId: string,
): Promise<Explanation | undefined> {
  const delivery = /^\d\d-[\w-]{1,40}\.\d{14}[\w-]{0,8}$/.test(id) ? await store.read(id) : undefined;
  if (delivery?.resourceId !== resourceId) {
    return undefined;
  }
  return explainKept(
    'A delivery is kept until the outcome of each recipient is final, and given up after its last hour.',
    delivery.acceptedOn,
    delivery.giveUpAt,
  );
}
