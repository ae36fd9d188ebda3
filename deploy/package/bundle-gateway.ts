// Bundles the compiled gateway into one file, which is all that its container needs beside Node.js.
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from './bundle-app.js';
import { checkLicences } from './licences.js';
import { type ShippedPackage, shippedPackages } from './shipped-packages.js';

export interface GatewayBundle {
  readonly code: Buffer;
  readonly packages: readonly ShippedPackage[];
}

/**
 * What `smpp` loads to read texts, which the gateway does by itself: tables of the alphabets of the world, half a megabyte.
 */
const withoutAlphabets: Plugin = {
  name: 'without-alphabets',
  setup(building) {
    building.onLoad({ filter: /[\\/]node_modules[\\/]iconv-lite[\\/]lib[\\/]index\.js$/ }, () => ({
      contents: `
        const none = () => { throw new Error('Alphabets were not asked for, so they are not in this package.'); };
        module.exports = { encode: none, decode: none };`,
    }));
  },
};

/**
 * @param project folder with the built `dist/` and `node_modules/`
 * @throws {Error} when it holds what may not be passed on
 */
export async function bundleGateway(project: string): Promise<GatewayBundle> {
  const options = bundleOptions(project);
  const { outputFiles, metafile } = await build({
    ...options,
    plugins: [...options.plugins, withoutAlphabets],
    entryPoints: ['dist/gateway/main.js'],
    outfile: 'main.mjs',
  });
  const packages = await shippedPackages(project, Object.keys(metafile.inputs));
  checkLicences(packages);
  const [file] = outputFiles;
  if (file === undefined) {
    throw new Error('The bundle of the gateway is empty.');
  }
  return { code: Buffer.from(file.contents), packages };
}
