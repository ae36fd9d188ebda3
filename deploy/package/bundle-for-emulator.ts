// The last step of a build: the app in one piece, as it is published, the process of the emulator that runs it, and
// its command line. Reading a thousand modules one by one was half of a start, and most of what a start costs the processor.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleApp } from './bundle-app.js';

/** This file is compiled to `dist/deploy/package/`. */
const project = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(project, 'dist');

const entries = {
  main: 'dist/functions/main.js',
  'function-app-process': 'dist/emulator/function-app-process.js',
  cli: 'dist/emulator/cli.js',
};
const { files } = await bundleApp(project, entries);
await rm(join(folder, 'app'), { recursive: true, force: true });
for (const [path, content] of files) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}
