// `npm run package:gateway`: makes the folder that the gateway's container is built from.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleGateway } from './package/bundle-gateway.js';

// Compiled, this file lies in dist-deploy/deploy/.
const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(project, 'dist-deploy/gateway');

const { code, packages } = await bundleGateway(project);
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'main.mjs'), code);
await copyFile(join(project, 'gateway/Dockerfile'), join(folder, 'Dockerfile'));
console.log(`${relative(process.cwd(), folder)}  ${(code.length / 1024).toFixed(0)} KB of ${packages.length} packages`);
