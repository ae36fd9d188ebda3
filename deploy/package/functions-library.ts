// The library of Azure Functions and what it needs, as files: it stays outside the bundle, because the worker hands
// `@azure/functions-core` to it through `require`.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What Node.js reads of a package, and its licence; no types, no sources, no maps, no minified doubles. */
const shipped = /^(package\.json|licen[cs]e(\.\w+)?|(?!src\/|types\/)(?!.*\.min\.).*\.(js|cjs|mjs))$/i;

/** @returns contents by path in the package, `node_modules/...` */
export async function functionsLibrary(project: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const names = new Set(['@azure/functions']);
  // A set that grows while it is walked is walked to its end.
  for (const name of names) {
    const folder = join(project, 'node_modules', name);
    for (const path of await filesBelow(folder)) {
      if (shipped.test(path)) {
        files.set(`node_modules/${name}/${path}`, await readFile(join(folder, path)));
      }
    }
    const own = files.get(`node_modules/${name}/package.json`)?.toString() ?? '{}';
    const { dependencies = {} } = JSON.parse(own) as { dependencies?: Record<string, string> };
    for (const dependency of Object.keys(dependencies)) {
      names.add(dependency);
    }
  }
  return files;
}

async function filesBelow(folder: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) {
      found.push(...(await filesBelow(folder, path)));
    } else {
      found.push(path);
    }
  }
  return found;
}
