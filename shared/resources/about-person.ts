// Which of the owner's words are about a person: those that hold the whole address, number, id or name.
import { holdsWhole, type PersonalIdentifier } from '../data-map/index.js';

export type Tags = Readonly<Record<string, string>>;

/** The tags of which name or value hold it, and the others. */
export function partTags(tags: Tags, identifier: PersonalIdentifier): { readonly about: Tags; readonly others: Tags } {
  const entries = Object.entries(tags);
  const isAbout = ([name, value]: [string, string]) => holdsWhole(name, identifier) || holdsWhole(value, identifier);
  return {
    about: Object.fromEntries(entries.filter(isAbout)),
    others: Object.fromEntries(entries.filter((entry) => !isAbout(entry))),
  };
}
