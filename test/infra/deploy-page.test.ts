// docs/deploy.md explains what can be chosen and what comes out.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { geographies } from '../../shared/geography/index.js';
import { optionNames } from '../../infra/plan/options.js';
import { globalOptionNames } from '../../infra/plan/global-plan.js';
import { deploymentContainer } from '../../infra/plan/containers.js';

const page = readFileSync('docs/deploy.md', 'utf8');

test.each(optionNames)('the option %s has a row', (name) => {
  expect(page.split('\n').some((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${name}\``))).toBe(
    true,
  );
});

test.each(globalOptionNames)('the option %s of the global stack is named', (name) => {
  expect(page).toMatch(new RegExp(`(domicile:|\`)${name}\\b`));
});

test('it leaves the deployment of code a heading of its own', () => expect(page).toContain('\n## Deploying code\n'));

describe.each(geographies)('$slug', ({ slug, primaryRegion }) => {
  test('has a file of its own, with its first region', () => {
    const file = readFileSync(`infra/Pulumi.${slug}.yaml`, 'utf8');
    expect(file).toContain(`domicile:geography: ${slug}\n`);
    expect(file).toContain(`domicile:region: ${primaryRegion}\n`);
  });
});

test('the container that a package goes to is called as the page says', () =>
  expect(deploymentContainer).toBe('deployments'));
