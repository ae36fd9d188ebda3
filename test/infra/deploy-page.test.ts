// docs/deploy.md explains what can be chosen and what comes out.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { geographies } from '../../shared/geography/index.js';
import { optionNames } from '../../infra/plan/options.js';
import { globalOptionNames } from '../../infra/plan/global-plan.js';
import { deploymentContainer } from '../../infra/plan/containers.js';
import { composeForReading } from '../house/composed-app.js';

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

describe('the costs', () => {
  const costs = page.slice(page.indexOf('\n## Costs\n'), page.indexOf('\n## Upgrades\n'));
  const rows = costs
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , arithmetic = '', quantity = '']) => /\d.*×/.test(arithmetic) && /^\d/.test(quantity));
  const numberIn = (text: string) => Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', ''));

  test.each(rows)('%s%s: %s is %s', (_, what, arithmetic = '', quantity = '') => {
    const [product = ''] = /\d[\d,]*( s)?( × \d[\d,]*( s)?)+/.exec(arithmetic.replaceAll(/ \([^)]*\)/g, '')) ?? [];
    // How much lies in storage is estimated, not multiplied.
    if (what !== 'stored, each month they are kept') {
      expect(product.split(' × ').reduce((all, each) => all * numberIn(each), 1)).toBe(numberIn(quantity));
    }
  });

  test('count every timer and every queue', async () => {
    const { capabilities } = await composeForReading();
    const triggers = capabilities.flatMap((each) => each.triggers ?? []);
    const timers = triggers.filter((trigger) => 'schedule' in trigger).length;
    expect([timers, triggers.length - timers]).toEqual([8, 11]);
    const named = ['sweeps', 'residency records', 'due mails', 'due texts', 'events left behind', 'due events'];
    named.push('due callbacks of calls', 'calls looked after');
    for (const row of [...named.map((name) => `| ${name} |`), '| polling eleven queues,']) {
      expect(costs).toContain(row);
    }
  });

  test('count transactions as the page of storage costs does', () => {
    const storageCosts = readFileSync('docs/storage-costs.md', 'utf8');
    const [, record] = /\| the nightly residency record \|[^|]*\| (\d+) \|/.exec(storageCosts) ?? [];
    expect(costs).toContain(`| transactions of residency records | 30 × ${record} `);
    expect(storageCosts).toContain('| sweep | nothing is due | 17 |');
  });
});
