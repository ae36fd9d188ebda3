// `npm run infra:render`, `npm run infra:test` and `npm run infra:engine`, from the root: installs and compiles this package when that is needed,
// so that the app's own install stays small. Standard output is that of the command alone.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const commands = {
  render: ['dist/infra/render/cli.js'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  engine: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.engine.config.ts'],
};

/** What npm installed last is a copy of the lock file, less what other platforms need. */
function isInstalled() {
  try {
    const { packages: wanted } = JSON.parse(readFileSync(`${folder}package-lock.json`, 'utf8'));
    const { packages: there } = JSON.parse(readFileSync(`${folder}node_modules/.package-lock.json`, 'utf8'));
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || there[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function run(program, args, stdout) {
  const { status, error } = spawnSync(program, args, {
    cwd: folder,
    stdio: ['ignore', stdout, 'inherit'],
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (error) {
    throw error;
  }
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  process.stderr.write(`Usage: node infra/run.mjs <${Object.keys(commands).join(' | ')}> [...]\n`);
  process.exit(2);
}
const toStandardError = 2;
if (!isInstalled()) {
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], toStandardError);
}
run(process.execPath, ['node_modules/typescript/bin/tsc'], toStandardError);
run(process.execPath, [...commands[name], ...args], 'inherit');
