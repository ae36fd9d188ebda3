// What is known of the regions that stacks may be deployed to: zones, Flex Consumption, Web PubSub.
// Microsoft reliability docs, "Azure regions list"; region lists of the Functions quickstart templates; provider
// locations. The truth for a subscription is `az functionapp list-flexconsumption-locations`.

export interface RegionFacts {
  /** Has availability zones, so that storage can be zone-redundant. */
  readonly hasZones: boolean;
  /** Is known to offer the Flex Consumption plan. */
  readonly hasFlex: boolean;
  /** Is known to offer Web PubSub. */
  readonly hasWebPubSub: boolean;
}

/** When the lists were last compared, ISO date. */
export const regionsVerifiedOn = '2026-11-23';

function facts(letters: string): RegionFacts {
  return { hasZones: letters.includes('z'), hasFlex: letters.includes('f'), hasWebPubSub: letters.includes('w') };
}

const regions: Readonly<Record<string, RegionFacts>> = {
  southafricanorth: facts('zfw'),
  southeastasia: facts('zfw'),
  eastasia: facts('zfw'),
  australiaeast: facts('zfw'),
  australiasoutheast: facts('f'),
  australiacentral: facts(''),
  brazilsouth: facts('zfw'),
  canadacentral: facts('zfw'),
  canadaeast: facts('w'),
  northeurope: facts('zfw'),
  westeurope: facts('zfw'),
  francecentral: facts('zfw'),
  germanywestcentral: facts('zfw'),
  centralindia: facts('zfw'),
  southindia: facts('f'),
  westindia: facts(''),
  indiasouthcentral: facts('z'),
  japaneast: facts('zfw'),
  japanwest: facts('zw'),
  koreacentral: facts('zfw'),
  koreasouth: facts(''),
  norwayeast: facts('zfw'),
  switzerlandnorth: facts('zw'),
  uaenorth: facts('zfw'),
  uksouth: facts('zfw'),
  ukwest: facts('f'),
  eastus2: facts('zfw'),
  eastus: facts('zfw'),
  centralus: facts('zfw'),
  southcentralus: facts('zfw'),
  westus2: facts('zfw'),
  westus3: facts('zfw'),
  northcentralus: facts('fw'),
  westcentralus: facts('fw'),
  westus: facts('fw'),
};

/** @throws {Error} for a region that no geography allows */
export function factsOf(region: string): RegionFacts {
  const found = regions[region];
  if (found === undefined) {
    throw new Error(`Nothing is known of the region "${region}". Add it to infra/plan/regions.ts.`);
  }
  return found;
}
