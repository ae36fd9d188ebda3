// Tenant, subscriptions and locations as tools read them. There is one tenant; any subscription id will do, and those are
// listed that something stands in.
import { type AnswerBody, operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { geographies } from '../../shared/geography/index.js';
import { type ManagementParts, subscriptionsHere, withThoseElsewhere } from '../../shared/management/index.js';
import { checkScope } from '../../shared/resources/index.js';
import { askerOf, resourceManagerCommon } from '../wire/arm/resources.js';
import { LocationsPage, Subscription, SubscriptionsPage, TenantsPage } from './answers.js';

export function subscriptionOperations(parts: ManagementParts, tenantId: string) {
  const read = { ...resourceManagerCommon, auth: manager('read') } as const;
  const render = (subscriptionId: string): AnswerBody<typeof Subscription> => ({
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    displayName: `Domicile (${subscriptionId})`,
    state: 'Enabled',
    authorizationSource: 'RoleBased',
    managedByTenants: [],
  });
  return [
    operation({
      ...read,
      name: 'resource-manager-list-tenants',
      summary: 'Lists the one tenant.',
      route: 'GET tenants',
      returns: TenantsPage,
      ok: async () => ({
        value: [{ id: `/tenants/${tenantId}`, tenantId, displayName: 'Domicile', tenantCategory: 'Home', domains: [] }],
      }),
    }),
    operation({
      ...read,
      name: 'resource-manager-list-subscriptions',
      summary: 'Lists the subscriptions that something stands in, in all geographies.',
      route: 'GET subscriptions',
      returns: SubscriptionsPage,
      ok: async (input) => {
        const here = (await subscriptionsHere(parts)).map(render);
        const all = await withThoseElsewhere(parts, askerOf(input), '/subscriptions', here);
        const byId = new Map(all.map((each) => [each.subscriptionId.toLowerCase(), each]));
        return { value: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
      },
    }),
    operation({
      ...read,
      name: 'resource-manager-get-subscription',
      summary: 'Gets a subscription; any id is one.',
      route: 'GET subscriptions/{subscriptionId}',
      returns: Subscription,
      ok: async ({ params }) => render(checkScope({ ...params, type: 'communicationServices' }).subscriptionId),
    }),
    operation({
      ...read,
      name: 'resource-manager-list-locations',
      summary: 'Lists the regions that a resource group can name as its location.',
      route: 'GET subscriptions/{subscriptionId}/locations',
      returns: LocationsPage,
      ok: async ({ params }) => {
        const { subscriptionId } = checkScope({ ...params, type: 'communicationServices' });
        return { value: geographies.flatMap(({ regions, displayName }) => regions.map(toLocation(displayName))) };

        function toLocation(geography: string) {
          return (name: string) => ({
            id: `/subscriptions/${subscriptionId}/locations/${name}`,
            name,
            type: 'Region' as const,
            displayName: name,
            regionalDisplayName: `(${geography}) ${name}`,
            metadata: { regionType: 'Physical', regionCategory: 'Other', geography },
          });
        }
      },
    }),
  ];
}
