// The guard of residency: an app touches data of resources of its own geography only. Structurally it has the credentials
// of one storage account; this is the check that finds a wrong connection string or a wrong record.
import type { GeographySlug } from './catalogue.js';

/** A defect or a wrong setting, never a caller's mistake: it is answered with 500 and reported. */
export class ResidencyBreach extends Error {
  override readonly name = 'ResidencyBreach';

  constructor(found: string, here: GeographySlug) {
    super(
      `Data of ${found} was reached by the app of ${here}, so nothing was done. Compare DOMICILE_GEOGRAPHY and the storage settings of this app.`,
    );
  }
}

/** @throws {ResidencyBreach} when the resource is of another geography, or does not tell of which it is */
export function requireResident(resource: { readonly geography: string }, here: GeographySlug): void {
  if (resource.geography !== here) {
    throw new ResidencyBreach(resource.geography, here);
  }
}
