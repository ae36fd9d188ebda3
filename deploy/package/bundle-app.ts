// Bundles the compiled app for Azure: one entry, and chunks of their own for what is loaded on first use. Identifiers are
// not shortened, so that stack traces stay readable without source maps.
import { relative, sep } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

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

/** Bundled CommonJS packages still ask for Node.js modules by `require`, which ES modules do not have. */
const requireForPackages = `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`;

/** @param project folder with the built `dist/` and `node_modules/` */
export async function bundleApp(project: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: project,
    // Else the place of a linked node_modules gets into the bytes.
    preserveSymlinks: true,
    entryPoints: { main: 'dist/functions/main.js' },
    outdir: bundleFolder,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    // A failure quotes the whole line that it happened in.
    lineLimit: 200,
    external,
    plugins: [unusedParts],
    banner: { js: requireForPackages },
    logLevel: 'error',
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [toPath(relative(project, path)), Buffer.from(contents)])),
    packagesAtStart: packagesAtStart(metafile),
    sources: Object.keys(metafile.inputs).map(toPath),
  };
}

/**
 * What packages load at every start and the app never uses: of undici the app uses two classes, its index loads a browser's
 * whole fetch beside it; zod brings its messages in fifty languages. An import of anything else from there fails the
 * build.
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
