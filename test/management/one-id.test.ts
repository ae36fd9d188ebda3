// One id is one resource in one geography: whoever begins where and when, and whoever does not answer.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GeographySlug } from '../../shared/geography/index.js';
import { resources } from '../../shared/resources/index.js';
import { servicePath, startWorld, subscription, type TestWorld } from './two-geographies.js';

let world: TestWorld;
const locations = { europe: 'Europe', germany: 'Germany', japan: 'Japan' } as const;
type Slug = keyof typeof locations;

beforeAll(async () => {
  world = await startWorld(['europe', 'germany', 'japan']);
}, 60_000);
afterAll(() => world?.stop());
beforeEach(() => {
  world.away.clear();
  world.breaking.clear();
  world.beforeAsking = async () => undefined;
  world.afterAsking = async () => undefined;
});

const bodyFor = (slug: Slug) => ({ location: 'global', properties: { dataLocation: locations[slug] } });
const create = (name: string, slug: Slug, at: GeographySlug = slug) =>
  world.call(at, 'PUT', servicePath(name), bodyFor(slug));
const listPath = `/subscriptions/${subscription}/providers/Microsoft.Communication/communicationServices`;

/** Geographies that have a record of this name, in whatever state. */
async function holders(name: string): Promise<string[]> {
  const rows = await Promise.all(
    (Object.keys(locations) as Slug[]).map(async (slug) => {
      const row = await world.apps[slug].storage.table(resources).get('resource', name);
      return row === undefined ? [] : [slug];
    }),
  );
  return rows.flat();
}

/** Holds questions up until as many have been asked. */
function together(count: number): () => Promise<void> {
  let arrived = 0;
  let open!: () => void;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async () => {
    arrived += 1;
    if (arrived >= count) {
      open();
    }
    await all;
  };
}

describe('Creating', () => {
  it('leaves the resource in the geography of its data location, wherever it was asked for', async () => {
    const made = await create('entered', 'germany', 'japan');
    expect(made).toMatchObject({ status: 201, body: { properties: { hostName: 'entered.germany.acs.example' } } });
    expect(await holders('entered')).toEqual(['germany']);
    const read = await world.call('japan', 'GET', servicePath('ENTERED', 'GROUP'));
    expect(read.body).toMatchObject({ name: 'entered', properties: { dataLocation: 'Germany' } });
    expect((await create('entered', 'germany')).status).toBe(200);
  });

  it('is refused when another geography has the id, and nothing is left of it', async () => {
    await create('held', 'germany');
    expect(await create('held', 'europe')).toMatchObject({ status: 409, body: { code: 'PropertyChangeNotAllowed' } });
    expect(await holders('held')).toEqual(['germany']);
    const taken = await world.call('germany', 'PUT', servicePath('held', 'another'), bodyFor('germany'));
    expect(taken).toMatchObject({ status: 409, body: { code: 'NameNotAvailable' } });
  });

  it('is not undone by a change: a resource stays where it is', async () => {
    await create('staying', 'germany');
    const move = (dataLocation: string) =>
      world.call('japan', 'PATCH', servicePath('staying'), { properties: { dataLocation } });
    expect(await move('Japan')).toMatchObject({ status: 409, body: { code: 'PropertyChangeNotAllowed' } });
    expect(await move('germany')).toMatchObject({ status: 200, body: { properties: { dataLocation: 'Germany' } } });
    expect(await holders('staying')).toEqual(['germany']);
  });

  it.each(['communicationServices', 'emailServices'])(
    'is refused where it was passed on to wrongly: %s',
    async (type) => {
      const path = servicePath('astray').replace('communicationServices', type);
      const refused = await world.callPassedOn('europe', 'PUT', path, bodyFor('germany'));
      expect(refused).toMatchObject({ status: 400, body: { code: 'InvalidDataLocation' } });
      expect(await world.call('japan', 'GET', path)).toMatchObject({ status: 404 });
    },
  );

  it('is refused while a geography is away, which it names, and nothing is left of it', async () => {
    world.away.add('japan');
    const refused = await create('lonely', 'europe');
    expect(refused).toMatchObject({ status: 503, body: { code: 'GeographyUnavailable' } });
    expect(refused.body['message']).toContain('japan');
    expect(await holders('lonely')).toEqual([]);
    world.away.clear();
    expect((await create('lonely', 'europe')).status).toBe(201);
  });

  it('at the same moment in two geographies leaves exactly one, the lower', async () => {
    for (let round = 0; round < 5; round++) {
      // Both have their record before either has asked.
      world.beforeAsking = together(4);
      const name = `race-${round}`;
      const answers = await Promise.all([create(name, 'germany'), create(name, 'europe')]);
      expect(answers.map(({ status }) => status)).toEqual([409, 201]);
      expect(await holders(name)).toEqual(['europe']);
    }
  });

  it('leaves exactly one too when the higher has asked before the lower began', async () => {
    // Germany's answers, which say that nobody has it, are held up until Europe has seen that Germany is creating.
    let germanyHasAsked!: () => void;
    let europeHasAsked!: () => void;
    const afterGermany = new Promise<void>((resolve) => {
      germanyHasAsked = resolve;
    });
    const afterEurope = new Promise<void>((resolve) => {
      europeHasAsked = resolve;
    });
    world.afterAsking = async (from, to) => {
      if (from === 'europe' && to === 'germany') {
        europeHasAsked();
      }
      if (from !== 'germany') {
        return;
      }
      if (to === 'europe') {
        germanyHasAsked();
      }
      await afterEurope;
    };
    const begun = create('overlap', 'germany');
    await afterGermany;
    const answers = await Promise.all([begun, create('overlap', 'europe')]);
    expect(answers.map(({ status }) => status)).toEqual([201, 409]);
    expect(await holders('overlap')).toEqual(['germany']);
  });

  it('leaves exactly one of three, whatever the order of their questions', async () => {
    for (let round = 0; round < 6; round++) {
      world.beforeAsking = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      const name = `three-${round}`;
      const slugs = Object.keys(locations) as Slug[];
      const answers = await Promise.all(slugs.map((slug) => create(name, slug)));
      expect(answers.filter(({ status }) => status === 201).length).toBe(1);
      expect((await holders(name)).length).toBe(1);
    }
  });

  it('takes over from a creation that has died', async () => {
    const { storage, clock } = world.apps.europe;
    await create('died', 'europe');
    const row = { partitionKey: 'resource', rowKey: 'died', state: 'Creating', claimedMs: clock.realNow() };
    await storage.table(resources).update(row, '*', 'merge');
    expect(await create('died', 'europe')).toMatchObject({ status: 409 });
    expect(await create('died', 'germany')).toMatchObject({ status: 409 });
    await storage.table(resources).update({ ...row, claimedMs: clock.realNow() - 61_000 }, '*', 'merge');
    expect(await world.call('europe', 'GET', servicePath('died'))).toMatchObject({ status: 404 });
    expect((await create('died', 'europe')).status).toBe(201);
  }, 30_000);

  it('that has died is swept, a minute of real time later, and never one that has ended', async () => {
    const { storage, clock, sweep } = world.apps.europe;
    for (const name of ['swept', 'ended', 'young']) {
      await create(name, 'europe');
    }
    const claim = { partitionKey: 'resource', state: 'Creating', claimedMs: clock.realNow() };
    await storage.table(resources).update({ ...claim, rowKey: 'young' }, '*', 'merge');
    const old = { ...claim, rowKey: 'swept', claimedMs: clock.realNow() - 61_000 };
    await storage.table(resources).update(old, '*', 'merge');
    clock.setOffset(61_000);
    await sweep();
    clock.setOffset(0);
    expect(await holders('swept')).toEqual([]);
    expect(await holders('ended')).toEqual(['europe']);
    expect(await holders('young')).toEqual(['europe']);
  });
});

describe('A list', () => {
  it('is refused while a geography is away, which it names, or is partial on request', async () => {
    await create('listed-japan', 'japan');
    await create('listed-europe', 'europe');
    world.away.add('japan');
    const refused = await world.call('germany', 'GET', listPath);
    expect(refused.status).toBe(503);
    expect(refused.body['message']).toContain('japan');
    const partial = await world.call('germany', 'GET', `${listPath}?partial=true`);
    const namesOf = (body: object) => (body as { value: { name: string }[] }).value.map(({ name }) => name);
    expect(namesOf(partial.body)).toContain('listed-europe');
    expect(namesOf(partial.body)).not.toContain('listed-japan');
    expect(partial.body['unavailableGeographies']).toEqual(['japan']);
    world.away.clear();
    expect(namesOf((await world.call('germany', 'GET', listPath)).body)).toContain('listed-japan');
  });

  it('and a creation take an answer that breaks off for none', async () => {
    world.breaking.add('japan');
    expect(await world.call('germany', 'GET', listPath)).toMatchObject({ status: 503 });
    expect((await world.call('germany', 'GET', `${listPath}?partial=true`)).body['unavailableGeographies']).toEqual([
      'japan',
    ]);
    await create('half-known', 'japan');
    expect(await create('half-known', 'europe')).toMatchObject({ status: 503 });
    expect(await holders('half-known')).toEqual(['japan']);
  });

  it('of names says that one is free only when every geography was asked', async () => {
    const path = `/subscriptions/${subscription}/providers/Microsoft.Communication/checkNameAvailability`;
    const ask = (name: string) => world.call('germany', 'POST', path, { name, type: 'x' });
    expect((await ask('listed-japan')).body).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
    expect((await ask('no good')).body).toMatchObject({ nameAvailable: false, reason: 'Invalid' });
    expect((await ask('free')).body).toEqual({ nameAvailable: true });
    world.away.add('europe');
    expect((await ask('free')).status).toBe(503);
  });

  it('and a resource are still read where they are when another geography is away', async () => {
    world.away.add('japan');
    expect((await world.call('germany', 'GET', servicePath('listed-europe'))).status).toBe(200);
    expect((await world.call('germany', 'GET', servicePath('nobody'))).status).toBe(503);
  });
});
