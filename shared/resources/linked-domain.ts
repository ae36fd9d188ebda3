// The id of a domain, as a communication resource names those that it sends from.
import { type ArmId, checkArmId, provider } from './arm-id.js';
import { Fault } from '../http/index.js';

const form = new RegExp(
  `^/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/${provider.replace('.', '\\.')}/emailServices/([^/]+)/domains/([^/]+)/?$`,
  'i',
);

/** undefined when it is the id of something else */
export function linkedDomain(id: string): { readonly owner: ArmId; readonly domain: string } | undefined {
  const [, subscriptionId, resourceGroup, name, domain] = form.exec(id) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined || domain === undefined) {
    return undefined;
  }
  try {
    const owner = checkArmId({ type: 'emailServices', subscriptionId, resourceGroup, name });
    return { owner, domain: domain.toLowerCase() };
  } catch (error) {
    // Written by a version that checked less.
    if (error instanceof Fault) {
      return undefined;
    }
    throw error;
  }
}
