// What can belong to a resource: email domains with their senders and suppression lists, and SMTP users. One table of
// data instead of five services.
import type { ArmType } from '../resources/index.js';

export interface ItemKind {
  /** First part of its keys. */
  readonly letter: string;
  /** As the path and the `type` of Azure Resource Manager write it, below the owner's. */
  readonly typePath: string;
  readonly owner: ArmType;
  /** The kind of which one must exist before. */
  readonly parent?: ItemKind;
  /** The form of each part of its path, the item's own name last. */
  readonly forms: readonly RegExp[];
  /** Letters of the kinds that go with it. */
  readonly within: readonly string[];
}

const domainName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const simpleName = /^[a-zA-Z0-9-]{1,63}$/;
/** What stands before the `@` of an address, without the characters that keys must not hold. */
const senderName = /^[\w.+-]{1,190}$/;

export const domains: ItemKind = {
  letter: 'd',
  typePath: 'domains',
  owner: 'emailServices',
  forms: [domainName],
  within: ['s', 'l', 'a'],
};

export const senderUsernames: ItemKind = {
  letter: 's',
  typePath: 'domains/senderUsernames',
  owner: 'emailServices',
  parent: domains,
  forms: [domainName, senderName],
  within: [],
};

export const suppressionLists: ItemKind = {
  letter: 'l',
  typePath: 'domains/suppressionLists',
  owner: 'emailServices',
  parent: domains,
  forms: [domainName, simpleName],
  within: ['a'],
};

export const suppressionListAddresses: ItemKind = {
  letter: 'a',
  typePath: 'domains/suppressionLists/suppressionListAddresses',
  owner: 'emailServices',
  parent: suppressionLists,
  forms: [domainName, simpleName, simpleName],
  within: [],
};

export const smtpUsernames: ItemKind = {
  letter: 'u',
  typePath: 'smtpUsernames',
  owner: 'communicationServices',
  forms: [simpleName],
  within: [],
};

/** `{letter}!{part}!{part}`: the items of one parent lie together, in the order of their names. */
export function itemKey(letter: string, path: readonly string[]): string {
  return [letter, ...path.map((part) => part.toLowerCase())].join('!');
}

/** Path of an item of Azure Resource Manager below its owner: `domains/contoso.com/senderUsernames/info`. */
export function itemPath({ typePath }: ItemKind, path: readonly string[]): string {
  return typePath
    .split('/')
    .map((segment, index) => `${segment}/${path[index] ?? ''}`)
    .join('/');
}
