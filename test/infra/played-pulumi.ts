// Plays `pulumi config` for the commands of docs/deploy.md: takes the arguments as strictly as the real one, and keeps
// what is set as the real one hands it to a program.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const pulumi = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const [command, action, ...args] = process.argv.slice(2);
if (command === 'up') process.exit(0);
const flags = args.filter((arg) => arg.startsWith('-'));
const strange = flags.filter((flag) => !['--secret', '--plaintext', '--path'].includes(flag));
const [key, value, ...more] = args.filter((arg) => !arg.startsWith('-'));
if (command !== 'config' || strange.length > 0 || more.length > 0) {
  console.error('bad arguments', strange);
  process.exit(255);
}
// The real one looks at the value too, so it asks less often.
if (action === 'set' && /passwd|pass|password|pwd|secret|token/i.test(key) && !/--secret|--plaintext/.test(flags)) {
  console.error('looks like a secret; rerun with --secret or --plaintext');
  process.exit(255);
}
const config = JSON.parse(readFileSync(process.env.PLAYED_CONFIG, 'utf8'));
const [, name, part, index] = flags.includes('--path') ? /^([\\w:]+)(?:\\.(\\w+)|\\[(\\d+)\\])?$/.exec(key) : [, key];
const whole = config[name] === undefined || (part ?? index) === undefined ? undefined : JSON.parse(config[name]);
if (action === 'get') {
  const found = whole === undefined ? config[name] : whole[part ?? index];
  if (found === undefined) process.exit(255);
  console.log(found);
} else {
  const given = value ?? readFileSync(0, 'utf8').replace(/\\n$/, '');
  const held = whole ?? (index === undefined ? {} : []);
  if ((part ?? index) === undefined) config[name] = given;
  else {
    held[part ?? index] = given;
    config[name] = JSON.stringify(held);
  }
  writeFileSync(process.env.PLAYED_CONFIG, JSON.stringify(config));
}
`;

export interface PlayedPulumi {
  /** @returns what the commands print. @throws {Error} when one of them fails */
  run(commands: string): string;
  /** A file beside which the commands run. */
  write(name: string, text: string): void;
  /** By full key. */
  configuration(): Record<string, string>;
  dispose(): void;
}

/** @param az what the Azure CLI prints, whatever it is asked */
export function playPulumi(az: string): PlayedPulumi {
  const folder = mkdtempSync(join(tmpdir(), 'played-pulumi-'));
  const file = join(folder, 'config.json');
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o755 });
  write('pulumi', pulumi);
  write('az', `#!/bin/sh\necho ${az}\n`);
  write('config.json', '{}');
  return {
    run: (commands) => {
      const env = { PATH: [folder, process.env['PATH']].join(delimiter), PLAYED_CONFIG: file };
      const { status, stdout, stderr } = spawnSync('sh', ['-c', commands], { cwd: folder, env, encoding: 'utf8' });
      if (status !== 0 || stderr !== '') {
        throw new Error(`The commands failed: ${stderr}`);
      }
      return stdout;
    },
    write,
    configuration: () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>,
    dispose: () => rmSync(folder, { recursive: true }),
  };
}
