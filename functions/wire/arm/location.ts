// Which geography keeps what has a `dataLocation`.
import { z } from 'zod';
import { geographies } from '../../../shared/geography/index.js';
import { Fault } from '../../../shared/http/index.js';
import { managementFaults, type ManagementParts } from '../../../shared/management/index.js';

/** As Azure compares locations: without case and spaces. */
const sameLocation = (one: string, other: string): boolean => sameForm(one) === sameForm(other);
/** Of all spellings of a location the one that Azure shows. */
export const sameForm = (location: string): string => location.replaceAll(' ', '').toLowerCase();

export const DataLocation = z.string().min(1).max(64);

/** The geography that keeps what has this `dataLocation`; undefined when that is this one. */
export function homeOfLocation({ geography, peers }: ManagementParts, dataLocation: string) {
  const home = geographies.find((each) => sameLocation(each.dataLocation, dataLocation))?.slug;
  if (home === geography) {
    return undefined;
  }
  if (home === undefined || !peers.slugs.includes(home)) {
    throw new Fault(managementFaults.unknownDataLocation, { target: 'dataLocation' });
  }
  return home;
}

/** @throws {Fault} 400 when a request with this `dataLocation` was passed on to the wrong geography */
export function requireHere(parts: ManagementParts, dataLocation: string): void {
  if (homeOfLocation(parts, dataLocation) !== undefined) {
    throw new Fault(managementFaults.unknownDataLocation);
  }
}
