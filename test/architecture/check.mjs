// Checks the direction of imports. Fails too when the tool saw too little: with an unsupported compiler it sees nothing,
// and would pass.
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import configuration from '../../.dependency-cruiser.mjs';

const leastModules = 90;
const leastImports = 250;

const { output } = await cruise(
  ['functions', 'shared', 'cli', 'emulator', 'deploy'],
  { ...configuration.options, ruleSet: { forbidden: configuration.forbidden }, validate: true },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const ours = output.modules.filter(({ source }) => /^(functions|shared|cli|emulator|deploy)\//.test(source));
const imports = ours.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
for (const { rule, from, to } of output.summary.violations) {
  const why = configuration.forbidden.find(({ name }) => name === rule.name)?.comment;
  console.error(`${from} must not import ${to}: ${rule.name}. ${why}`);
}
if (ours.length < leastModules || imports < leastImports) {
  console.error(`Only ${ours.length} modules with ${imports} imports were seen; the check itself is broken.`);
  process.exit(1);
}
if (output.summary.violations.length > 0) process.exit(1);
console.log(`Architecture: ${ours.length} modules, ${imports} imports, no rule broken.`);
