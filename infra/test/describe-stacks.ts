// What holds for every stack, as Pulumi's mocks see it. A file for each profile runs it, so that they run side by side.
import { beforeAll, describe, expect, test } from 'vitest';
import { geographies, geographyOf, type GeographySlug, geographySlugs } from '../../shared/geography/catalogue.js';
import type { Profile } from '../plan/options.js';
import type { RecordedStack } from '../render/record-stack.js';
import type { RecordedResource } from '../render/recorded-resource.js';
import { safetyArguments } from './safety-arguments.js';
import { everything, record } from './sample-stacks.js';

const minimal = ['africa', 'uk'];

export function describeStacks(profile: Profile): void {
  describe.each(geographySlugs)('%s', (geography) => describeStack(geography, profile));
}

function describeStack(geography: GeographySlug, profile: Profile): void {
  // Also with all that is optional, but for a few that are as a first deployment is.
  const options = minimal.includes(geography) ? { profile } : { profile, ...everything };
  let recorded: RecordedStack;
  let resources: readonly RecordedResource[];

  beforeAll(async () => {
    recorded = await record(geography, options);
    ({ resources } = recorded);
  });

  test('is made without a call of any function of the provider, let alone one that lists keys', () => {
    const { calls } = recorded;
    expect(resources.length).toBeGreaterThan(100);
    expect(calls).toEqual([]);
  });

  test('has nothing outside of its geography', () => {
    const { regions } = geographyOf(geography);
    const places = resources.flatMap(({ inputs, type }) =>
      inputs['location'] === undefined ? [] : [{ type, location: String(inputs['location']) }],
    );
    const away = places.filter(({ location }) => location !== 'global' && !regions.includes(location));
    expect(away).toEqual([]);
    const everywhere = places.filter(({ location }) => location === 'global').map(({ type }) => type.split(':').at(-1));
    const harmless = ['ActionGroup', 'MetricAlert', 'PrivateLinkScope', 'PrivateZone', 'VirtualNetworkLink'];
    expect(everywhere.filter((type) => !harmless.includes(String(type)))).toEqual([]);
  });

  test('names no region of another geography anywhere', () => {
    const words = new Set(
      JSON.stringify(resources)
        .toLowerCase()
        .split(/[^a-z0-9]+/),
    );
    const foreign = geographies.filter(({ slug }) => slug !== geography).flatMap(({ regions }) => regions);
    expect(foreign.filter((region) => words.has(region))).toEqual([]);
  });

  test('has every argument that a promise rests on, present and equal', () => {
    for (const { type, expected } of safetyArguments(profile)) {
      const found = resources.filter((each) => each.type === `azure-native:${type}`);
      expect(found.length, type).toBeGreaterThan(0);
      for (const { inputs, name } of found) {
        expect(inputs, name).toMatchObject(expected);
      }
    }
  });

  test('shows no secret', () => {
    expect(JSON.stringify(resources)).not.toMatch(/placeholder|AAAAAAAA/);
    const values = resources.filter(({ type }) => type.endsWith(':Secret')).map(({ inputs }) => inputs['properties']);
    for (const each of values) {
      expect(each).toMatchObject({ value: '[secret]' });
    }
    expect(values).toHaveLength(2);
  });

  test('leaves no value open', () => {
    expect(JSON.stringify(resources)).not.toMatch(/undefined|\[object|\bNaN\b/);
  });

  test('gives each resource a name of its own', () => {
    const names = resources.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
}
