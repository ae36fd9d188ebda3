// Saying where something about somebody lies takes seconds at most: what is left then is another page.
import { describe, expect, it } from 'vitest';
import { figure } from '../../shared/budgets/index.js';
import {
  bind,
  createDataMap,
  dataStore,
  holdsNobody,
  inErasureOrder,
  type Located,
  type LocateStep,
  type PersonalIdentifier,
} from '../../shared/data-map/index.js';
import { Fault } from '../../shared/http/index.js';
import { type Identified, identify, type PrivacyParts } from '../../shared/privacy/index.js';
import { mergePages } from '../../cli/privacy/merge-pages.js';

const scope = { immutableId: 'r', name: 'contoso', geography: 'europe' } as const;
const people: readonly PersonalIdentifier[] = ['a@x.org', 'b@x.org', 'c@x.org'].map((address) => ({
  kind: 'email',
  address,
}));

/** Three stores; each step in them takes so long, and the middle one has two steps of everybody. */
function start(stepMs: number) {
  const time = { monotonic: 0 };
  const looked: string[] = [];
  const storeOf = (name: string, steps: number) =>
    dataStore<undefined>({
      name,
      area: 'email',
      rank: 'content',
      medium: 'table',
      holds: name,
      belongsTo: { resourceOf: () => 'r' },
      personalData: ['address'],
      keptFor: 'ever',
      ...holdsNobody,
      locate: async (identifier, _access, cursor): Promise<LocateStep> => {
        time.monotonic += stepMs;
        const step = cursor === undefined ? 1 : Number(cursor);
        looked.push(`${name} ${identifier.kind === 'email' ? identifier.address[0] : ''} ${step}`);
        return { items: 1, since: 10 - step, ...(step < steps && { cursor: String(step + 1) }) };
      },
      eraseResource: 'Never',
      expired: 'Never',
    });
  const stores = [storeOf('one', 1), storeOf('two', 2), storeOf('three', 1)].map((each) => bind(each, undefined));
  const map = createDataMap(stores.map(({ store }) => store));
  const clock = { now: () => 0, realNow: () => 0, monotonic: () => time.monotonic };
  const persons = { findByIdentifier: async () => [] } as unknown as PrivacyParts['persons'];
  const parts = { stores: inErasureOrder(map, stores), clock, persons } as unknown as PrivacyParts;
  const page = (after?: string, identifiers = people) => identify(parts, scope, identifiers, { persons: [], after });
  return { page, looked };
}

async function allPages(page: (after?: string) => Promise<Identified>): Promise<Identified[]> {
  const pages: Identified[] = [];
  let after: string | undefined;
  do {
    const next = await page(after);
    pages.push(next);
    after = next.next;
  } while (after !== undefined);
  return pages;
}

const itemsIn = (stores: unknown) =>
  Object.fromEntries(
    (stores as ({ store: string } & Located)[]).map(({ store, items, since }) => [store, [items, since]]),
  );

describe('Identify', () => {
  it('answers on one page what is quick', async () => {
    const { page } = start(1);
    const pages = await allPages(page);
    expect(pages).toHaveLength(1);
    expect(itemsIn(pages[0]?.stores)).toEqual({ one: [3, 9], two: [6, 8], three: [3, 9] });
  });

  it.each([1, 2, 3, 5])(
    'ends each page after seconds, and the pages add up to all, each step once (%i a page)',
    async (count) => {
      const { page, looked } = start(Math.ceil(figure('identifyStep') / count));
      const pages = await allPages(page);
      expect(pages.length).toBe(Math.ceil(12 / count));
      const wire = pages.map(({ stores }) => ({ stores: stores as unknown }));
      expect(itemsIn(wire.reduce((one, other) => mergePages(one, other) as never)['stores'])).toEqual(
        itemsIn([
          { store: 'one', items: 3, since: 9 },
          { store: 'two', items: 6, since: 8 },
          { store: 'three', items: 3, since: 9 },
        ]),
      );
      expect(new Set(looked).size).toBe(12);
      expect(looked).toHaveLength(12);
    },
  );

  it('refuses a page of other identifiers, and what is no page', async () => {
    const { page } = start(figure('identifyStep'));
    const { next } = await page();
    const refused = async (after: string | undefined, of = people) =>
      page(after, of).catch((failure: unknown) => (failure instanceof Fault ? failure.status : failure));
    expect(await refused(next, people.slice(1))).toBe(400);
    const madeUp = [[3, 'four', 0], [3, 'one', 3], [3, 'one', -1], [3, 'one', 0, 'a\nb'], {}].map((place) =>
      Buffer.from(JSON.stringify(place)).toString('base64url'),
    );
    for (const after of [...madeUp, 'x', '']) {
      expect(await refused(after), after).toBe(400);
    }
  });
});
