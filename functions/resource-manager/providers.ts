// The providers that are here: tools look whether one is registered, and which types and versions it has. All are
// registered everywhere, always.
import { type AnswerBody, apiVersions, operation } from '../../shared/api/index.js';
import { manager } from '../../shared/auth/index.js';
import { geographies } from '../../shared/geography/index.js';
import { Fault } from '../../shared/http/index.js';
import { managementFaults } from '../../shared/management/index.js';
import { checkScope, isSame } from '../../shared/resources/index.js';
import { resourceManagerCommon } from '../wire/arm/resources.js';
import { Provider, ProvidersPage } from './answers.js';

const newestFirst = (service: 'management' | 'resourceManager'): string[] => apiVersions[service].toReversed();

const communicationTypes = [
  'CommunicationServices',
  'CommunicationServices/SmtpUsernames',
  'EmailServices',
  'EmailServices/Domains',
  'EmailServices/Domains/SenderUsernames',
  'EmailServices/Domains/SuppressionLists',
  'EmailServices/Domains/SuppressionLists/SuppressionListAddresses',
  'Locations/OperationResults',
  'Locations/OperationStatuses',
  'Operations',
  'CheckNameAvailability',
];

const regions = geographies.flatMap((each) => each.regions);

const providers = [
  {
    namespace: 'Microsoft.Communication',
    resourceTypes: communicationTypes.map((resourceType) => ({
      resourceType,
      locations: ['global'],
      apiVersions: newestFirst('management'),
      capabilities: 'None',
    })),
  },
  {
    namespace: 'Microsoft.Resources',
    resourceTypes: [
      { resourceType: 'tenants', locations: [] },
      { resourceType: 'subscriptions', locations: [] },
      { resourceType: 'subscriptions/providers', locations: [] },
      { resourceType: 'subscriptions/locations', locations: [] },
      { resourceType: 'subscriptions/resourceGroups', locations: regions },
      { resourceType: 'resourceGroups', locations: regions },
    ].map((type) => ({ ...type, apiVersions: newestFirst('resourceManager'), capabilities: 'None' })),
  },
];

interface Params {
  readonly subscriptionId: string;
  readonly providerNamespace: string;
}

export function providerOperations() {
  const read = { ...resourceManagerCommon, auth: manager('read') } as const;
  return [
    operation({
      ...read,
      name: 'resource-manager-list-providers',
      summary: 'Lists the providers that are here, with their types and versions.',
      route: 'GET subscriptions/{subscriptionId}/providers',
      returns: ProvidersPage,
      ok: async ({ params }) => {
        const { subscriptionId } = checkScope({ ...params, type: 'communicationServices' });
        return { value: providers.map((provider) => render(subscriptionId, provider)) };
      },
    }),
    operation({
      ...read,
      name: 'resource-manager-get-provider',
      summary: 'Gets a provider, with its types and versions.',
      route: 'GET subscriptions/{subscriptionId}/providers/{providerNamespace}',
      returns: Provider,
      ok: async ({ params }) => find(params),
    }),
    operation({
      ...read,
      auth: manager('manage'),
      name: 'resource-manager-register-provider',
      summary: 'Says that a provider is registered, as it always is.',
      route: 'POST subscriptions/{subscriptionId}/providers/{providerNamespace}/register',
      returns: Provider,
      ok: async ({ params }) => find(params),
    }),
  ];
}

/** @throws {Fault} 404 */
function find(params: Params) {
  const { subscriptionId } = checkScope({ ...params, type: 'communicationServices' });
  const provider = providers.find(({ namespace }) => isSame(namespace, params.providerNamespace));
  if (provider === undefined) {
    throw new Fault(managementFaults.noProvider);
  }
  return render(subscriptionId, provider);
}

function render(subscriptionId: string, provider: (typeof providers)[number]): AnswerBody<typeof Provider> {
  return {
    id: `/subscriptions/${subscriptionId}/providers/${provider.namespace}`,
    registrationState: 'Registered',
    registrationPolicy: 'RegistrationFree',
    ...provider,
  };
}
