// The sixteen geographies: closed lists, nothing "looks European".
// Regions and pairs: Microsoft reliability docs, "Azure regions list" and "region pairs"; data-location names: ACS
// "Region availability and data residency". A restricted (disaster-recovery only) region is never listed as allowed.

export interface Geography {
  /** Part of host names and stack names. */
  readonly slug: GeographySlug;
  /** `properties.dataLocation` of the management API. */
  readonly dataLocation: string;
  /** For people. */
  readonly displayName: string;
  /** Region a stack is deployed to unless another of `regions` is chosen. */
  readonly primaryRegion: string;
  /** Azure regions inside the geography that a stack may be deployed to. */
  readonly regions: readonly string[];
  /** The primary region's Azure pair, and whether data copied there would leave the geography. */
  readonly pair: { readonly region: string; readonly isOutside: boolean };
  /** When the regions were last compared with Microsoft's list, ISO date. */
  readonly verifiedOn: string;
}

export const geographySlugs = [
  'africa',
  'asiapacific',
  'australia',
  'brazil',
  'canada',
  'europe',
  'france',
  'germany',
  'india',
  'japan',
  'korea',
  'norway',
  'switzerland',
  'uae',
  'uk',
  'unitedstates',
] as const;

export type GeographySlug = (typeof geographySlugs)[number];

function entry(
  slug: GeographySlug,
  dataLocation: string,
  displayName: string,
  regions: readonly [string, ...string[]],
  pairRegion: string,
  isOutside = false,
): Geography {
  return {
    slug,
    dataLocation,
    displayName,
    primaryRegion: regions[0],
    regions,
    pair: { region: pairRegion, isOutside },
    verifiedOn: '2026-11-23',
  };
}

const catalogue: Record<GeographySlug, Geography> = {
  africa: entry('africa', 'Africa', 'South Africa', ['southafricanorth'], 'southafricawest'),
  asiapacific: entry('asiapacific', 'Asia Pacific', 'Asia Pacific', ['southeastasia', 'eastasia'], 'eastasia'),
  australia: entry(
    'australia',
    'Australia',
    'Australia',
    ['australiaeast', 'australiasoutheast', 'australiacentral'],
    'australiasoutheast',
  ),
  brazil: entry('brazil', 'Brazil', 'Brazil', ['brazilsouth'], 'southcentralus', true),
  canada: entry('canada', 'Canada', 'Canada', ['canadacentral', 'canadaeast'], 'canadaeast'),
  europe: entry('europe', 'Europe', 'Europe', ['northeurope', 'westeurope'], 'westeurope'),
  france: entry('france', 'France', 'France', ['francecentral'], 'francesouth'),
  germany: entry('germany', 'Germany', 'Germany', ['germanywestcentral'], 'germanynorth'),
  india: entry(
    'india',
    'India',
    'India',
    ['centralindia', 'southindia', 'westindia', 'indiasouthcentral'],
    'southindia',
  ),
  japan: entry('japan', 'Japan', 'Japan', ['japaneast', 'japanwest'], 'japanwest'),
  korea: entry('korea', 'Korea', 'Korea', ['koreacentral', 'koreasouth'], 'koreasouth'),
  norway: entry('norway', 'Norway', 'Norway', ['norwayeast'], 'norwaywest'),
  switzerland: entry('switzerland', 'Switzerland', 'Switzerland', ['switzerlandnorth'], 'switzerlandwest'),
  uae: entry('uae', 'UAE', 'United Arab Emirates', ['uaenorth'], 'uaecentral'),
  uk: entry('uk', 'UK', 'United Kingdom', ['uksouth', 'ukwest'], 'ukwest'),
  unitedstates: entry(
    'unitedstates',
    'United States',
    'United States',
    [
      'eastus2',
      'eastus',
      'centralus',
      'southcentralus',
      'westus2',
      'westus3',
      'northcentralus',
      'westcentralus',
      'westus',
    ],
    'centralus',
  ),
};

export const geographies: readonly Geography[] = geographySlugs.map((slug) => catalogue[slug]);

export function geographyOf(slug: GeographySlug): Geography {
  return catalogue[slug];
}

export function isGeographySlug(text: string): text is GeographySlug {
  return Object.hasOwn(catalogue, text);
}
