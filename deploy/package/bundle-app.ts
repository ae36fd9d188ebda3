// Bundles the compiled app for Azure: one entry, and chunks of their own for what is loaded on first use. Identifiers are
// not shortened, so that stack traces stay readable without source maps.
import { relative, sep } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

export interface Bundle {
  /** Contents by path in the package. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Packages whose code is read at every start. */
  readonly packagesAtStart: readonly string[];
  /** Every file that was read for it, from the project's folder. */
  readonly sources: readonly string[];
}

const bundleFolder = 'app';
export const bundleEntry = `${bundleFolder}/main.js`;

/** Provided at run time: the library is shipped beside the bundle, its core by the Functions worker. */
const external = ['@azure/functions', '@azure/functions-core'];

/**
 * What packages try to load and do without when it is not there. It is not ours to ship: it lies in `node_modules` because
 * the emulator's storage needs it.
 */
const notOurs = ['supports-color'];

/** Bundled CommonJS packages still ask for Node.js modules by `require`, which ES modules do not have. */
const requireForPackages = `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`;

/** How whatever we ship is bundled. */
export function bundleOptions(project: string) {
  return {
    absWorkingDir: project,
    // Else the place of a linked node_modules gets into the bytes.
    preserveSymlinks: true,
    bundle: true,
    write: false as const,
    metafile: true as const,
    platform: 'node' as const,
    format: 'esm' as const,
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    // A failure quotes the whole line that it happened in.
    lineLimit: 200,
    plugins: [unusedParts],
    banner: { js: requireForPackages },
    logLevel: 'error' as const,
  } satisfies BuildOptions;
}

/** Where compiled modules are, by what the file that takes their place is called. */
const appEntry = { main: 'dist/functions/main.js' };

/**
 * @param project folder with the built `dist/` and `node_modules/`
 * @param entries what can be loaded of it by name
 */
export async function bundleApp(project: string, entries: Record<string, string> = appEntry): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...bundleOptions(project),
    entryPoints: entries,
    outdir: bundleFolder,
    splitting: true,
    external: [...external, ...notOurs],
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [toPath(relative(project, path)), Buffer.from(contents)])),
    packagesAtStart: packagesAtStart(metafile),
    sources: Object.keys(metafile.inputs).map(toPath),
  };
}

/**
 * What packages load at every start and the app never uses: of undici the app uses two classes, its index loads a browser's
 * whole fetch beside it, its client HTTP/2, which nobody asks for; zod brings its messages in fifty languages. An import of
 * anything else from there fails the build.
 */
const unusedParts: Plugin = {
  name: 'unused-parts',
  setup(building) {
    building.onLoad({ filter: /[\\/]node_modules[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: `
        import api from './lib/api/index.js';
        import Agent from './lib/dispatcher/agent.js';
        import Dispatcher from './lib/dispatcher/dispatcher.js';
        import Pool from './lib/dispatcher/pool.js';
        Object.assign(Dispatcher.prototype, api);
        export { Agent, Pool };`,
    }));
    building.onLoad({ filter: /[\\/]node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/ }, () => ({
      contents: `module.exports = () => { throw new Error('HTTP/2 was not asked for, so it is not in this package.'); };`,
    }));
    building.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

function toPath(local: string): string {
  return local.split(sep).join('/');
}

function packagesAtStart({ outputs }: Metafile): string[] {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    const output = outputs[path];
    if (output === undefined || seen.has(path)) {
      return;
    }
    seen.add(path);
    for (const input of Object.keys(output.inputs)) {
      const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(input)?.[1];
      if (name !== undefined) {
        packages.add(name);
      }
    }
    for (const { path: imported, kind } of output.imports) {
      if (kind === 'import-statement') {
        visit(imported);
      }
    }
  };
  visit(bundleEntry);
  return [...packages].toSorted();
}
