// What the package is made of, as a CycloneDX document: for scanners, and for whoever asks which version runs where.
// https://cyclonedx.org/docs/1.6/json/ With no time and no random number in it, so the same code gives the same bytes.
import { dirname } from 'node:path/posix';
import type { ShippedPackage } from './shipped-packages.js';

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** SHA-256 of the zip, hex. */
  readonly sha256: string;
  readonly dependencies: readonly string[];
}

export function billOfMaterials(product: Product, packages: readonly ShippedPackage[]): Buffer {
  const own = purl(product.name, product.version);
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': own,
        name: product.name,
        version: product.version,
        hashes: [{ alg: 'SHA-256', content: product.sha256 }],
        licenses: [{ license: { id: product.licence } }],
        purl: own,
      },
    },
    components: packages.map(component),
    dependencies: [
      { ref: own, dependsOn: refsOf('', product.dependencies, packages) },
      ...packages.map((each) => ({ ref: each.path, dependsOn: refsOf(each.path, each.dependencies, packages) })),
    ],
  };
  return Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`);
}

function component({ path, name, version, licence, integrity }: ShippedPackage) {
  const [scope, local] = name.startsWith('@') ? (name.split('/') as [string, string]) : [undefined, name];
  const [, sha512] = /^sha512-(.+)$/.exec(integrity ?? '') ?? [];
  return {
    type: 'library',
    // Not the purl: two copies of one version may be there.
    'bom-ref': path,
    ...(scope !== undefined && { group: scope }),
    name: local,
    version,
    scope: 'required',
    ...(sha512 !== undefined && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }],
    }),
    licenses: [{ license: { id: licence } }],
    purl: purl(name, version),
  };
}

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** As Node.js looks a package up: beside the one that asks, then further out. What was not shipped is left out. */
function refsOf(from: string, names: readonly string[], packages: readonly ShippedPackage[]): string[] {
  const paths = new Set(packages.map(({ path }) => path));
  return names
    .flatMap((name) => {
      for (let folder = from; ; folder = dirname(folder)) {
        const path = folder === '' || folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
        if (paths.has(path)) {
          return [path];
        }
        if (folder === '' || folder === '.') {
          return [];
        }
      }
    })
    .toSorted();
}
