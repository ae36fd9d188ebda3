// What an item says about a person. Its key names the person: then the whole item is about them. Or they stand in words that
// the owner has chosen, such as a display name or a tag, of something else.
import { holdsPerhaps, holdsWhole, parseAddress, type PersonalIdentifier } from '../data-map/index.js';
import { isSame, partTags, type Tags } from '../resources/index.js';
import type { ArmItem, StoredItem } from './model.js';

/** Properties in which the owner may write anything. */
const freeTexts = ['displayName', 'listName', 'firstName', 'lastName', 'notes'] as const;

export interface ItemWords {
  /** The item itself is about the person. */
  readonly isWhole: boolean;
  /** What is said of the person in words, by property; of tags by their names. */
  readonly words: Tags;
  readonly tags: Tags;
  /** The item without it. */
  readonly others: ArmItem;
}

/** undefined when it says nothing about the person, or nothing that is certain */
export function wordsOf(item: StoredItem, identifier: PersonalIdentifier): ItemWords | undefined {
  const { about: tags, others: otherTags } = partTags(item.tags ?? {}, identifier);
  const words = partWords(item, identifier);
  const isWhole = namesOf(item).some((name) => isAbout(name, identifier));
  if (!isWhole && Object.keys(words).length + Object.keys(tags).length === 0) {
    return undefined;
  }
  const properties = Object.fromEntries(Object.entries(item.properties).filter(([name]) => !(name in words)));
  return {
    isWhole,
    words,
    tags,
    others: {
      ...item,
      // A list without a name is called as in its path.
      properties: { ...properties, ...('listName' in words && { listName: item.name }) },
      ...(item.tags !== undefined && { tags: otherTags }),
    },
  };
}

/** Names and notes that hold it whole; a name also when it stands in two fields. */
export function partWords({ properties }: ArmItem, identifier: PersonalIdentifier): Tags {
  const texts = freeTexts.flatMap((field): [string, string][] => {
    const text = properties[field];
    return typeof text === 'string' ? [[field, text]] : [];
  });
  const { firstName, lastName } = properties;
  const isNamed = identifier.kind === 'name' && holdsWhole(`${String(firstName)} ${String(lastName)}`, identifier);
  const isField = (field: string) => isNamed && (field === 'firstName' || field === 'lastName');
  return Object.fromEntries(texts.filter(([field, text]) => isField(field) || holdsWhole(text, identifier)));
}

/** Whether a name that others depend on, or words, seem to name the person. */
export function seemsToName(item: StoredItem, identifier: PersonalIdentifier): boolean {
  const { email: _, ...properties } = item.properties;
  const texts = [
    ...item.key.split('!').slice(1),
    item.name,
    ...Object.values(properties),
    ...Object.entries(item.tags ?? {}).flat(),
  ];
  return texts.some((text) => typeof text === 'string' && holdsPerhaps(text, identifier));
}

/**
 * The names under which an item is somebody's: the address of a sender, the user name for SMTP. What has an `email` was
 * written by an older version, and is going to be moved.
 */
function namesOf({ key, name, properties }: StoredItem): readonly string[] {
  const { email, username } = properties;
  const [letter, domain] = key.split('!');
  const texts = [email, username].filter((text): text is string => typeof text === 'string');
  if (letter !== 's') {
    return texts;
  }
  return [...texts, ...[name, ...texts].map((local) => `${local}@${String(domain)}`)];
}

/** An address is compared as a whole first: it may have signs that end it within a text. */
function isAbout(name: string, identifier: PersonalIdentifier): boolean {
  const isAddress = identifier.kind === 'email' && parseAddress(name) !== undefined;
  return (isAddress && isSame(name, identifier.address)) || holdsWhole(name, identifier);
}
