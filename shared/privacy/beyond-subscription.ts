// What a walk through a subscription does not reach, so that nobody takes its receipt for one of everything: what each resource
// keeps itself. Told from the declarations.
import type { BoundStore } from '../data-map/index.js';
import type { StoreRemainder } from './receipt.js';
import type { PrivacyScope } from './scope.js';

export function beyondSubscription(
  stores: readonly BoundStore[],
  { subscriptionId }: Pick<PrivacyScope, 'subscriptionId'>,
): readonly StoreRemainder[] {
  const names = stores
    .filter(({ store }) => store.isOfSubscriptions !== true && store.isRetired !== true)
    .filter(({ store }) => store.personalData.length > 0 && store.rank !== 'proof')
    .map(({ store }) => store.name);
  if (subscriptionId === undefined || names.length === 0) {
    return [];
  }
  return [
    {
      store: 'resource',
      what: `What each resource of the subscription keeps itself: ${names.join(', ')}`,
      why: 'The right to manage does not reach it. It is erased at each resource, by who has the right privacy there, with a receipt of its own.',
    },
  ];
}
