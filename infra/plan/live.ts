// Live chat over a Web PubSub of the geography: its hub, and where that reports.
import { defaultHostOf, type StackNames } from './names.js';
import type { StackOptions } from './options.js';

export const liveHub = 'acs';

/** For whom the token is with which the hub reports; the app verifies it as it does all of Entra ID. */
export const upstreamAudience = 'https://communication.azure.com';

/** A Web PubSub cannot reach an app that only answers within a network. */
export function hasSockets({ webPubSub, profile }: Pick<StackOptions, 'webPubSub' | 'profile'>): boolean {
  return webPubSub && profile !== 'private';
}

export function upstreamAddressOf(names: Pick<StackNames, 'functionApp'>): string {
  return `https://${defaultHostOf(names)}/live/upstream`;
}
