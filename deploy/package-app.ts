// `npm run package`: makes the zip and says what became of it.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePackage, savePackage } from './package/make-package.js';

// Compiled, this file lies in dist-deploy/deploy/.
const project = fileURLToPath(new URL('../..', import.meta.url));

const made = await makePackage(project);
const path = await savePackage(project, made);
console.log(
  `${relative(process.cwd(), path)}  ${(made.zip.length / 1024 / 1024).toFixed(2)} MB  sha256 ${made.sha256}`,
);
