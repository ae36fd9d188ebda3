// What SIP routing says about a person. A description that holds their number or name goes when they are erased; by what a
// call is routed stays, because calls depend on it.
import { holdsPerhaps, holdsWhole, type PersonalIdentifier } from '../../data-map/index.js';
import type { SipConfiguration, SipRoute } from './model.js';

export interface SipWords {
  /** Routes of which the description is about the person. */
  readonly described: readonly SipRoute[];
  /** Names of routes and trunks, and patterns, that hold it whole. */
  readonly named: readonly string[];
}

export function sipWordsAbout(configuration: SipConfiguration, identifier: PersonalIdentifier): SipWords {
  return {
    described: configuration.routes.filter(({ description = '' }) => holdsWhole(description, identifier)),
    named: namesOf(configuration).filter((name) => holdsWhole(name, identifier)),
  };
}

/** Whether something that calls depend on seems to name the person. */
export function sipSeemsToName(configuration: SipConfiguration, identifier: PersonalIdentifier): boolean {
  const descriptions = configuration.routes.flatMap(({ description }) => description ?? []);
  return [...namesOf(configuration), ...descriptions].some((text) => holdsPerhaps(text, identifier));
}

export function withoutDescriptions(configuration: SipConfiguration, identifier: PersonalIdentifier): SipConfiguration {
  const routes = configuration.routes.map(({ description, ...route }) =>
    description === undefined || holdsWhole(description, identifier) ? route : { ...route, description },
  );
  return { ...configuration, routes };
}

function namesOf({ trunks, routes }: SipConfiguration): readonly string[] {
  return [...Object.keys(trunks), ...routes.flatMap(({ name, numberPattern }) => [name, numberPattern])];
}
