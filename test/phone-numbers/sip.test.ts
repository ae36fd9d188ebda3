// What a merge patch makes of SIP routing, for every patch; two processes at once; and words about a person.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../shared/http/index.js';
import { changedConfiguration } from '../../shared/phone-numbers/sip/change-configuration.js';
import type { SipChange, SipConfiguration } from '../../shared/phone-numbers/sip/model.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';

const names = ['a.one.example', 'b.one.example', 'c.two.example'];
const trunkChange = fc.dictionary(
  fc.constantFrom(...names),
  fc.option(fc.record({ sipSignalingPort: fc.integer({ min: 1, max: 65_535 }) })),
  { noNullPrototype: true },
);
const anyRoutes = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('first', 'second', 'third'),
    numberPattern: fc.string({ minLength: 1 }),
    trunks: fc.uniqueArray(fc.constantFrom(...names)),
  }),
  { selector: ({ name }) => name },
);
const change: fc.Arbitrary<SipChange> = fc.record(
  { trunks: fc.option(trunkChange), routes: fc.option(anyRoutes) },
  { requiredKeys: [] },
);

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Fault ? error.extras.innererror?.code : String(error);
  }
};

describe('A merge patch', () => {
  it('changes what it names, keeps the rest and the order, and is refused when a route would lead nowhere', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        let before: SipConfiguration = { trunks: {}, routes: [] };
        for (const each of changes) {
          const trunks = new Map(each.trunks === null ? [] : Object.entries(before.trunks));
          for (const [name, trunk] of Object.entries(each.trunks ?? {})) {
            if (trunk === null) {
              trunks.delete(name);
            } else {
              trunks.set(name, { sipSignalingPort: trunk.sipSignalingPort ?? 0 });
            }
          }
          const wanted = each.routes === undefined ? before.routes : (each.routes ?? []);
          const leadsNowhere = wanted.some((route) => route.trunks.some((name) => !trunks.has(name)));
          const code = codeOf(() => changedConfiguration(before, each));
          if (leadsNowhere) {
            expect(code).toMatch(/^Missing(Trunk|Domain)$/);
            continue;
          }
          const after = changedConfiguration(before, each);
          expect(Object.entries(after.trunks)).toEqual([...trunks]);
          expect(after.routes).toEqual(wanted);
          before = after;
        }
      }),
    );
  });

  it.each([
    ['MissingTrunk', ['b.one.example']],
    ['MissingDomain', ['c.two.example']],
  ])('tells by %s whether anything of the domain is there', (code, trunks) => {
    const before = { trunks: { 'a.one.example': { sipSignalingPort: 1 } }, routes: [] };
    const routed = [{ name: 'r', numberPattern: '.*', trunks }];
    expect(codeOf(() => changedConfiguration(before, { routes: routed }))).toBe(code);
  });

  it.each([0, -1, 65_536])('refuses port %d', (sipSignalingPort) => {
    const trunks = { 'a.one.example': { sipSignalingPort } };
    expect(codeOf(() => changedConfiguration({ trunks: {}, routes: [] }, { trunks }))).toBe(
      'InvalidTrunkSipSignalingPort',
    );
  });

  it.each(['', '-1', 'localhost', 'a..example', 'a_b.example', `${'a'.repeat(64)}.example`, 'a.example.'])(
    'refuses the name "%s"',
    (name) => {
      const trunks = { [name]: { sipSignalingPort: 1 } };
      expect(codeOf(() => changedConfiguration({ trunks: {}, routes: [] }, { trunks }))).toBe('InvalidTrunkFqdn');
    },
  );

  it('refuses the 251st trunk', () => {
    const trunks = Object.fromEntries(
      Array.from({ length: 251 }, (_, n) => [`t${n}.example`, { sipSignalingPort: 1 }]),
    );
    expect(() => changedConfiguration({ trunks: {}, routes: [] }, { trunks })).toThrow('at most 250 trunks');
  });
});

describe('SIP routing of a resource', () => {
  let geography: TestGeography;
  beforeAll(async () => {
    geography = await startGeography();
  });
  afterAll(() => geography?.stop());

  it('loses no trunk when two processes change it at once', async () => {
    const [here, there] = [await geography.start(), await geography.start()];
    const put = (process: typeof here, n: number) =>
      process.call('sip-update-routing', {
        body: { trunks: { [`t${n}.example.com`]: { sipSignalingPort: 5060 + n } } },
      });
    const answers = await Promise.all([put(here, 0), put(there, 1), put(here, 2), put(there, 3)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { body } = await here.call<SipConfiguration>('sip-get-routing');
    expect(Object.keys(body.trunks).sort()).toEqual([0, 1, 2, 3].map((n) => `t${n}.example.com`));
  });

  it('holds the largest that can be put', async () => {
    const here = await geography.start();
    const routesOf = (last: string) => [
      ...Array.from({ length: 228 }, (_, n) => ({
        name: `route ${n}`,
        description: 'd'.repeat(1_024),
        numberPattern: 'p'.repeat(1_009),
        trunks: [],
      })),
      { name: 'last', description: last, numberPattern: 'p', trunks: [] },
    ];
    await here.call('sip-update-routing', { body: { trunks: null, routes: null } });
    const left = 480_000 - JSON.stringify({ trunks: {}, routes: routesOf('') }).length;
    expect(left).toBeLessThan(1_024);
    const routes = routesOf('d'.repeat(left));
    expect((await here.call('sip-update-routing', { body: { routes } })).status).toBe(200);
    const larger = await here.call('sip-update-routing', { body: { routes: routesOf('d'.repeat(left + 1)) } });
    expect(larger).toMatchObject({ status: 413, body: { error: { code: 'RequestBodyTooLarge' } } });
    // Azurite counts octets, Azure characters.
    const wide = routes.map(({ description, ...route }) => ({ ...route, description: '€'.repeat(description.length) }));
    expect((await here.call('sip-update-routing', { body: { routes: wide } })).status).toBe(413);
    const { body } = await here.call<SipConfiguration>('sip-get-routing');
    expect(body.routes).toEqual(routes);
  });
});
