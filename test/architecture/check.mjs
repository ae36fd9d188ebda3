// Checks the direction of imports. Fails too when the tool saw too little: with an unsupported compiler it sees nothing,
// and would pass. And it looks for a circle of types that is there on purpose, so that nobody takes the rule for kept
// while it finds none. A folder of shared/ that is in no layer would be under no rule.
import { existsSync, readdirSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import configuration, { layers } from '../../.dependency-cruiser.mjs';

const folders = ['functions', 'shared', 'emulator', 'cli', 'gateway', 'deploy'].filter((folder) => existsSync(folder));
const leastModules = 400;
const leastImports = 1_500;
const circle = 'test/architecture/fixtures/circle';
const tsConfig = extractTSConfig('tsconfig.json');

async function check(where, forbidden) {
  const options = { ...configuration.options, ruleSet: { forbidden }, validate: true };
  return (await cruise(where, options, undefined, { tsConfig })).output;
}

const { modules, summary } = await check(folders, configuration.forbidden);
const ours = modules.filter(({ source }) => folders.includes(source.split('/')[0]));
const imports = ours.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
for (const { rule, from, to } of summary.violations) {
  const why = configuration.forbidden.find(({ name }) => name === rule.name)?.comment;
  console.error(`${from} must not import ${to}: ${rule.name}. ${why}`);
}
if (ours.length < leastModules || imports < leastImports) {
  console.error(`Only ${ours.length} modules with ${imports} imports were seen; the check itself is broken.`);
  process.exit(1);
}
const strangers = readdirSync('shared', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !layers.includes(entry.name))
  .map(({ name }) => name);
if (strangers.length > 0) {
  console.error(
    `shared/${strangers.join(', shared/')}: in no layer. Name it in .dependency-cruiser.mjs, a capability under keepers.`,
  );
  process.exit(1);
}
const [noCycles] = configuration.forbidden.filter(({ name }) => name === 'no-cycles');
const seeded = await check([circle], [{ ...noCycles, from: { path: `^${circle}/` } }]);
if (seeded.summary.violations.length === 0) {
  console.error(`The circle in ${circle} was not found; the check itself is broken.`);
  process.exit(1);
}
if (summary.violations.length > 0) {
  process.exit(1);
}
console.log(`Architecture: ${ours.length} modules, ${imports} imports, no rule broken.`);
