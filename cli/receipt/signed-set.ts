// Whether what several geographies have signed is one whole set: signed for the same one, as many as were asked for, none
// twice, and one of every geography that any of them knows of.
import { CommandError } from '../command-error.js';

export interface SetMember {
  readonly geography: string;
  /** For sentences. */
  readonly resource: string;
  readonly resourceId: string;
  /** All geographies of the deployment, as this one knew them; absent in what version 0.1.0 signed, like the next two. */
  readonly geographies?: readonly string[];
  /** In which it was signed, product time. */
  readonly hour?: string;
  readonly set?: { readonly id: string; readonly number: number };
}

export interface SetWords {
  /** What one of them is called. */
  readonly one: string;
  /** Ends of sentences. */
  readonly isNotWhole: string;
  readonly isNotOne: string;
  readonly maxApartMs: number;
  readonly isTooFarApart: string;
  /** Which geographies there have to be; absent: all that any of them knows of. */
  readonly expected?: readonly string[];
}

/**
 * @param members that are genuine
 * @throws {CommandError} one sentence about what is missing or too much
 */
export function checkSignedSet(members: readonly SetMember[], words: SetWords): void {
  const [first] = members;
  members.forEach(({ set, geographies, hour }, index) => {
    if (set === undefined || geographies === undefined || hour === undefined || set.id !== first?.set?.id) {
      throw new CommandError(
        `${capital(words.one)} ${index + 1} of ${members.length} was signed for another set than the first, or for none; ${words.isNotOne}.`,
      );
    }
  });
  const expected = first?.set?.number ?? 0;
  if (members.some(({ set }) => set?.number !== expected) || members.length !== expected) {
    throw new CommandError(
      `The set was signed as one of ${expected} ${words.one}s, and there are ${members.length}; ${words.isNotWhole}.`,
    );
  }
  requireOnce(members, words);
  requireEveryGeography(members, words);
  requireOneTime(members, words);
}

function requireOnce(members: readonly SetMember[], { one }: SetWords): void {
  // The same subscription has something in several geographies.
  const places = members.map(({ geography, resourceId }) => `${geography} ${resourceId}`);
  const twice = members.find((_member, index) => places.indexOf(places[index] ?? '') < index);
  if (twice !== undefined) {
    throw new CommandError(`The ${one} of ${twice.resource} in ${twice.geography} is there twice.`);
  }
}

function requireEveryGeography(members: readonly SetMember[], { one, isNotWhole, expected }: SetWords): void {
  const there = new Set(members.map(({ geography }) => geography));
  const unmet = expected?.filter((each) => !there.has(each)) ?? [];
  if (unmet.length > 0) {
    throw new CommandError(`There is no ${one} of ${unmet.join(' and ')}; ${isNotWhole}.`);
  }
  for (const { geography, geographies = [] } of expected === undefined ? members : []) {
    const missing = geographies.filter((each) => !there.has(each));
    if (missing.length > 0) {
      throw new CommandError(
        `The ${one} of ${geography} says that the deployment has ${missing.join(' and ')} too, of which there is no ${one}; ${isNotWhole}.`,
      );
    }
  }
}

function requireOneTime(members: readonly SetMember[], { maxApartMs, isTooFarApart }: SetWords): void {
  const hours = members.map(({ hour = '' }) => Date.parse(hour));
  if (!(Math.max(...hours) - Math.min(...hours) <= maxApartMs)) {
    throw new CommandError(isTooFarApart);
  }
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
