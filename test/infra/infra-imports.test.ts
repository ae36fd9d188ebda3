// What the deployment may know of the app: the list of geographies and the lifecycle rules. And its plan is plain data.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folders = ['plan', 'components', 'policies', 'render', 'stack'];
const files = [
  'infra/index.ts',
  ...folders.flatMap((folder) =>
    readdirSync(`infra/${folder}`)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `infra/${folder}/${name}`),
  ),
];
const importsOf = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/from '([^']+)'|import '([^']+)'/g)].map(
    ([, from, bare]) => from ?? bare ?? '',
  );

test('of the app it imports the list of geographies and the lifecycle rules', () => {
  expect(files.length).toBeGreaterThan(40);
  const ofApp = files.flatMap((path) => importsOf(path).filter((from) => from.startsWith('../../')));
  const allowed = ['../../shared/geography/catalogue.js', '../../shared/retention/lifecycle-rules.js'];
  expect([...new Set(ofApp)].toSorted()).toEqual(allowed);
  for (const path of allowed.map((from) => from.replace('../../', '').replace('.js', '.ts'))) {
    expect(importsOf(path), `${path} is imported by the deployment, which has none of the app's packages`).toEqual([]);
  }
});

test('its plan, and how a configuration is read, need no package', () => {
  const configuration = ['infra/stack/stack-configuration.ts', 'infra/stack/stack-secrets.ts'];
  const plan = [...files.filter((path) => path.startsWith('infra/plan/')), ...configuration];
  expect(plan.flatMap((path) => importsOf(path).filter((from) => from.includes('/components/')))).toEqual([]);
  const packages = plan.flatMap((path) => importsOf(path).filter((from) => !/^(\.|node:)/.test(from)));
  expect(packages).toEqual([]);
});

test('classes of the provider are imported one by one, as its indexes load all of Azure', () => {
  const ofProvider = files.flatMap((path) => importsOf(path).filter((from) => from.startsWith('@pulumi/azure-native')));
  expect(ofProvider.length).toBeGreaterThan(30);
  for (const from of ofProvider) {
    expect(from).toMatch(/^@pulumi\/azure-native\/[a-z]+\/(?!index)[a-zA-Z]+\.js$/);
  }
});
