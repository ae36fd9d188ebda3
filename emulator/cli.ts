#!/usr/bin/env node
// The command `acs-domicile`. Only what any Node.js understands stands here; the rest is loaded after the check.
import { checkNodeVersion } from './cli/node-version.js';

const complaint = checkNodeVersion(process.versions.node);
if (complaint === undefined) {
  void import('./cli/main.js').then(({ main }) => main(process.argv.slice(2)));
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
}
