// The plan, for every geography and whatever somebody chooses: it stays in the geography, copies nothing elsewhere, and its
// names are Azure's.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { geographies, geographyOf, geographySlugs } from '../../shared/geography/catalogue.js';
import { hostings, logWorkspaces, profiles, readOptions, type StackOptions } from '../plan/options.js';
import { factsOf } from '../plan/regions.js';
import { settingsForbiddenOnFlex } from '../plan/settings.js';
import { planStack } from '../plan/stack-plan.js';

const noId = '00000000-0000-0000-0000-000000000000';
const alertEmails = ['operator@example.com'];
const base = { subscriptionId: noId, tenantId: noId, alertEmails };
const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const word = (first: readonly string[], least: number, most: number) =>
  fc
    .tuple(
      fc.constantFrom(...first),
      fc.array(fc.constantFrom(...letters, ...'0123456789'), { minLength: least - 1, maxLength: most - 1 }),
    )
    .map(([head, tail]) => [head, ...tail].join(''));

const anyOptions: fc.Arbitrary<StackOptions> = fc
  .record(
    {
      place: fc.constantFrom(
        ...geographies.flatMap(({ slug: geography, regions }) => [
          { geography },
          ...regions.map((region) => ({ geography, region })),
        ]),
      ),
      subscriptionId: fc.uuid(),
      tenantId: fc.uuid(),
      profile: fc.constantFrom(...profiles),
      hosting: fc.constantFrom(...hostings),
      replication: fc.constantFrom('ZRS', 'LRS'),
      name: word(letters, 2, 5),
      suffix: word(letters, 3, 5),
      webPubSub: fc.boolean(),
      logWorkspace: fc.constantFrom(...logWorkspaces),
      zoneRedundant: fc.boolean(),
      eventWebhook: fc.constant('https://events.example.com/hook'),
    },
    { requiredKeys: ['place', 'subscriptionId', 'tenantId'] },
  )
  .map(({ place, ...rest }) => {
    try {
      return readOptions({ alertEmails, ...place, ...rest });
    } catch {
      // Choices that do not go together; test/options.test.ts says which.
      return undefined;
    }
  })
  .filter((options) => options !== undefined);

const secrets = fc.record({ masterSecretCount: fc.integer({ min: 1, max: 3 }), hasHopKey: fc.boolean() });
const namesOfElsewhere = (options: StackOptions) => [
  ...geographySlugs.filter((slug) => slug !== options.geography),
  ...geographies.filter(({ slug }) => slug !== options.geography).flatMap(({ regions }) => regions),
];

describe('for every geography and set of options', () => {
  const holds = (check: (plan: ReturnType<typeof planStack>) => void) =>
    fc.assert(
      fc.property(anyOptions, secrets, (options, facts) => {
        check(planStack(options, facts));
      }),
      { numRuns: 200 },
    );

  test('the place is one of the geography’s', () => {
    holds(({ region, options }) => expect(geographyOf(options.geography).regions).toContain(region));
  });

  test('storage is never geo-replicated', () => {
    holds(({ storage }) => expect(['Standard_ZRS', 'Standard_LRS']).toContain(storage.sku));
  });

  test('zone-redundant storage is planned only where there are zones', () => {
    holds(({ storage, region }) => expect(storage.sku === 'Standard_ZRS' && !factsOf(region).hasZones).toBe(false));
  });

  test('nothing names a resource, host or region of another geography', () => {
    holds(({ options, names, settings, defaultHost, publishHost, tags, roles }) => {
      // Chosen words may be anything, also `uk`; what is made up here must not be.
      const { name, suffix, defaultResource, eventWebhook } = options;
      const own = JSON.stringify({ names, settings, defaultHost, publishHost, tags, roles: roles.length });
      const made = [name, suffix, defaultResource, eventWebhook, options.geography]
        .filter((each) => each !== undefined)
        .reduce((text, each) => text.replaceAll(each, ''), own);
      const words = new Set(made.toLowerCase().split(/[^a-z0-9]+/));
      for (const foreign of namesOfElsewhere(options)) {
        expect(words).not.toContain(foreign);
      }
    });
  });

  test('names keep to the limits of Azure', () => {
    holds(({ names }) => {
      expect(names.storageAccount).toMatch(/^[a-z0-9]{3,24}$/);
      expect(names.vault).toMatch(/^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/);
      expect(names.functionApp).toMatch(/^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$/);
      expect(names.eventDomain).toMatch(/^[a-z0-9-]{3,50}$/);
      expect(names.logEndpoint).toMatch(/^[a-z][a-z0-9-]{1,42}[a-z0-9]$/);
      expect(names.webPubSub).toMatch(/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/);
      expect(names.workspace).toMatch(/^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/);
      for (const name of Object.values(names)) {
        expect(name.length).toBeLessThanOrEqual(60);
      }
    });
  });

  test('the same options give the same plan', () => {
    fc.assert(
      fc.property(anyOptions, secrets, (options, facts) => {
        expect(planStack(options, facts)).toEqual(planStack(structuredClone(options), facts));
      }),
    );
  });

  test('Flex Consumption gets none of the settings that break it, and Dedicated all that it needs', () => {
    holds(({ options, settings }) => {
      const set = settingsForbiddenOnFlex.filter((name) => name in settings);
      const needed = ['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_EXTENSION_VERSION', 'WEBSITE_RUN_FROM_PACKAGE'];
      expect(set).toEqual(options.hosting === 'flex' ? [] : needed);
    });
  });

  test('assignments of roles have names of their own that never change', () => {
    holds(({ roles }) => {
      const guids = roles.map(({ assignmentName }) => assignmentName);
      expect(new Set(guids).size).toBe(guids.length);
      for (const each of guids) {
        expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }
    });
  });
});

test('names keep to the limits of Azure in every geography also when what is chosen is as long as it may be', () => {
  for (const geography of geographySlugs) {
    const { names } = planStack(readOptions({ ...base, geography, name: 'abcde', suffix: 'vwxyz' }), {
      masterSecretCount: 1,
      hasHopKey: false,
    });
    expect(names.storageAccount.length).toBeLessThanOrEqual(24);
    expect(names.vault.length).toBeLessThanOrEqual(24);
    expect(names.eventDomain.length).toBeLessThanOrEqual(50);
    expect(names.functionApp.length).toBeLessThanOrEqual(60);
  }
});

test('names that are unique in the world differ between subscriptions and geographies', () => {
  const subscriptions = ['a', 'b'].map((letter) => `${letter.repeat(8)}-0000-0000-0000-000000000000`);
  const plans = subscriptions.flatMap((subscriptionId) =>
    geographySlugs.map((geography) =>
      planStack(readOptions({ ...base, geography, subscriptionId, tenantId: subscriptionId }), {
        masterSecretCount: 1,
        hasHopKey: false,
      }),
    ),
  );
  for (const key of ['storageAccount', 'vault', 'functionApp', 'eventDomain', 'webPubSub'] as const) {
    expect(new Set(plans.map(({ names }) => names[key])).size).toBe(32);
  }
});

test('every region that a geography allows has a plan when nothing else is chosen', () => {
  for (const { slug: geography, regions } of geographies) {
    for (const region of regions) {
      const plan = planStack(readOptions({ ...base, geography, region }), { masterSecretCount: 1, hasHopKey: false });
      expect(plan.region).toBe(region);
    }
  }
});

test('no geography takes a region of another, or one that no geography has', () => {
  const all = [
    ...geographies.flatMap(({ regions }) => regions),
    'polandcentral',
    'francesouth',
    'norwaywest',
    'global',
  ];
  for (const { slug: geography, regions } of geographies) {
    for (const region of all.filter((each) => !regions.includes(each))) {
      expect(() => readOptions({ ...base, geography, region })).toThrow(`region "${region}" is not in`);
    }
  }
});

test('each region that a geography allows is known', () => {
  for (const { regions } of geographies) {
    for (const region of regions) {
      expect(() => factsOf(region)).not.toThrow();
    }
  }
});

test('every geography has zones in its primary region, and all but Switzerland Flex Consumption', () => {
  const primary = geographies.map(({ slug, primaryRegion }) => ({ slug, ...factsOf(primaryRegion) }));
  expect(primary.filter(({ hasZones }) => !hasZones)).toEqual([]);
  expect(primary.filter(({ hasFlex }) => !hasFlex).map(({ slug }) => slug)).toEqual(['switzerland']);
});
