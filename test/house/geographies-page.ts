// Writes docs/geographies.md from the catalogue.
import { geographies } from '../../shared/geography/index.js';

const intro = `# Geographies

<!-- Made by \`npm run docs\` from shared/geography/catalogue.ts. Do not edit; a test fails when it is stale. -->

A resource is made in one geography and stays there. These are all there are; the lists are closed.
The *pair* is where Azure would copy geo-redundant storage of the first region to. Where it lies outside of the
geography, geo-redundant storage would break the promise.

| Slug | Data location in ACS | Name | Azure regions, first choice first | Pair of the first |
|---|---|---|---|---|
`;

export function geographiesPage(): string {
  const rows = geographies.map(({ slug, dataLocation, displayName, regions, pair }) => {
    const outside = pair.isOutside ? ', **outside**' : '';
    return `| \`${slug}\` | ${dataLocation} | ${displayName} | ${regions.join(', ')} | ${pair.region}${outside} |`;
  });
  const dates = [...new Set(geographies.map(({ verifiedOn }) => verifiedOn))].sort();
  return `${intro}${rows.join('\n')}\n\nLast compared with Microsoft's lists: ${dates.join(', ')}.\n`;
}
