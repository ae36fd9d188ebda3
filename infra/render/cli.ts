// `npm run infra:render -- <stack> [--profile private] [--set option=value] [--arm]`: the whole stack as JSON.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { armTemplate } from './arm-template.js';
import { endWithReader } from './end-with-reader.js';
import { recordStack } from './record-stack.js';
import { readStackFile } from './stack-file.js';

const usage = `Usage: npm run infra:render -- <geography | global> [options]

  --profile <public|private>  the profile, instead of the one of the stack's file
  --set <option>=<value>      any other option (docs/deploy.md); may be repeated
  --arm                       as a template of Azure Resource Manager

Prints what would be deployed, with no cloud and no CLI. Secrets are masked.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      profile: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      arm: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [stackName, ...more] = positionals;
  if (values.help || stackName === undefined || more.length > 0) {
    process.stdout.write(`${usage}\n`);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  // Compiled to dist/infra/render, below the folder of the stacks' files.
  const folder = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
  const configuration = readStackFile(folder, stackName);
  if (values.profile !== undefined) {
    configuration['domicile:profile'] = values.profile;
  }
  for (const pair of values.set) {
    const equals = pair.indexOf('=');
    configuration[`domicile:${pair.slice(0, equals)}`] = pair.slice(equals + 1);
  }
  const { resources } = await recordStack(stackName, configuration);
  process.stdout.write(`${JSON.stringify(values.arm ? armTemplate(resources) : resources, undefined, 2)}\n`);
}

endWithReader(process.stdout);
try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
