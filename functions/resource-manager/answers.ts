// What Resource Manager answers beside its providers. Contract: Microsoft.Resources 2022-12-01 (subscriptions) and 2023-07-01
// (groups, providers); the document of a cloud has none.
import { z } from 'zod';
import { NamedTexts, pageOf, Text } from '../wire/written.js';

const Authentication = z.object({
  loginEndpoint: Text,
  audiences: z.array(Text),
  tenant: Text.optional(),
  identityProvider: Text.optional(),
});

/** Before 2019. */
const CloudEndpoints = z
  .object({
    galleryEndpoint: Text,
    graphEndpoint: Text,
    portalEndpoint: Text,
    authentication: Authentication,
    graphAudience: Text.optional(),
    cloudEndpoint: z.record(Text, z.object({ endpoint: Text, locations: z.array(Text) })).optional(),
  })
  .meta({ id: 'CloudEndpoints' });

/** From 2019 on as the only entry of a list, from 2022 on alone and with more services. */
const Cloud = z
  .object({
    portal: Text,
    authentication: Authentication,
    media: Text,
    graphAudience: Text,
    graph: Text,
    name: Text,
    suffixes: NamedTexts,
    batch: Text,
    resourceManager: Text,
    vmImageAliasDoc: Text,
    activeDirectoryDataLake: Text,
    sqlManagement: Text,
    gallery: Text.optional(),
    microsoftGraphResourceId: Text.optional(),
    appInsightsResourceId: Text.optional(),
    appInsightsTelemetryChannelResourceId: Text.optional(),
    attestationResourceId: Text.optional(),
    synapseAnalyticsResourceId: Text.optional(),
    logAnalyticsResourceId: Text.optional(),
    ossrDbmsResourceId: Text.optional(),
  })
  .meta({ id: 'Cloud' });

export const CloudMetadata = z.union([z.array(Cloud), Cloud, CloudEndpoints]);

export const TenantsPage = pageOf(
  z
    .object({
      id: Text,
      tenantId: Text,
      displayName: Text,
      tenantCategory: Text,
      domains: z.array(Text),
    })
    .meta({ id: 'Tenant' }),
);

export const Subscription = z
  .object({
    id: Text,
    subscriptionId: Text,
    tenantId: Text,
    displayName: Text,
    state: z.literal('Enabled'),
    authorizationSource: Text,
    managedByTenants: z.array(z.object({ tenantId: Text })),
  })
  .meta({ id: 'Subscription' });

export const SubscriptionsPage = pageOf(Subscription);

export const LocationsPage = pageOf(
  z
    .object({
      id: Text,
      name: Text,
      type: z.literal('Region'),
      displayName: Text,
      regionalDisplayName: Text,
      metadata: z.object({ regionType: Text, regionCategory: Text, geography: Text }),
    })
    .meta({ id: 'Location' }),
);

export const Provider = z
  .object({
    id: Text,
    namespace: Text,
    registrationState: z.literal('Registered'),
    registrationPolicy: Text,
    resourceTypes: z.array(
      z.object({ resourceType: Text, locations: z.array(Text), apiVersions: z.array(Text), capabilities: Text }),
    ),
  })
  .meta({ id: 'Provider' });

export const ProvidersPage = pageOf(Provider);

export const ResourceGroup = z
  .object({
    id: Text,
    name: Text,
    type: z.literal('Microsoft.Resources/resourceGroups'),
    location: Text,
    managedBy: Text.optional(),
    tags: NamedTexts,
    properties: z.object({ provisioningState: z.literal('Succeeded') }),
  })
  .meta({ id: 'ResourceGroup' });

export const ResourceGroupsPage = pageOf(ResourceGroup);

export const GenericResource = z
  .object({ id: Text, name: Text, type: Text, location: Text, tags: NamedTexts })
  .meta({ id: 'GenericResource' });

export const GenericResourcesPage = pageOf(GenericResource);
