// docs/shipped-packages.md: what the package for Azure is made of, and what is known against it.
import type { ShippedPackage } from '../../deploy/package/shipped-packages.js';
import type { Advisories, Advisory } from './advisories.js';

export function shippedPage(
  packages: readonly ShippedPackage[],
  { lookedUpOn, how, lookedUp, advisories }: Advisories,
  affecting: readonly Advisory[],
): string {
  const unique = [...new Map(packages.map((each) => [`${each.name}@${each.version}`, each])).values()];
  const sorted = unique.toSorted(
    (one, other) => one.name.localeCompare(other.name) || one.version.localeCompare(other.version),
  );
  return `# What is shipped

<!-- Made by \`npm run docs\` from what the package for Azure reads, and from advisories.json. Do not edit; a test fails when it is stale. -->

\`npm run package\` writes \`dist-deploy/package.zip\`, and beside it \`package.cdx.json\`, a CycloneDX document with the hash of
the package and, for each part, version, licence, hash and what it needs. Making a package fails when a part has a licence
that is not on [the list](../deploy/package/licences.ts). The emulator and its storage are no part of it.

${sorted.length} packages:

| Package | Version | Licence |
|---|---|---|
${sorted.map(({ name, version, licence }) => `| \`${name}\` | ${version} | ${licence} |`).join('\n')}

## Known advisories

Looked up on ${lookedUpOn}, in [advisories.json](advisories.json). ${how} Looked up were
${Object.keys(lookedUp)
  .map((name) => `\`${name}\``)
  .join(', ')}: ${advisories.length} advisories.

${affecting.length === 0 ? 'None of them is about a version that is shipped.' : `${affecting.length} of them are about a version that is shipped:`}
${affecting.length === 0 ? '' : `\n${affecting.map(row).join('\n')}\n`}
A package in another version, a new one, or an advisory about a version that is shipped makes a test fail until somebody has
looked, and has written down why it can be borne.
`;
}

function row({ package: name, ids, affected, title, source, reason }: Advisory): string {
  return `- \`${name}\` ${affected}, ${ids.join(', ')}: ${title} ([source](${source})). ${reason ?? ''}`;
}
