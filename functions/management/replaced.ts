// What a PUT leaves of a communication service: all that its version can name is as the request says, and gone when it says
// nothing; what a version cannot name stays. Source: the definitions in Azure/azure-rest-api-specs.
import type { Changeable } from '../../shared/resources/index.js';

/** The first version that has each of them; previews count by their date. */
const namedSince: Readonly<Record<keyof Changeable, string>> = {
  tags: '2020-08-20',
  linkedDomains: '2021-10-01',
  identity: '2023-04-01',
  publicNetworkAccess: '2025-05-01',
  disableLocalAuth: '2025-05-01',
};

/** @param given as the request says it */
export function replaced(apiVersion: string, given: Changeable): Changeable {
  const date = apiVersion.slice(0, '2020-08-20'.length);
  const names = Object.keys(namedSince) as (keyof Changeable)[];
  return Object.fromEntries(
    names.filter((name) => namedSince[name] <= date || given[name] !== undefined).map((name) => [name, given[name]]),
  );
}
