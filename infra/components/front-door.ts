// Front Door, only when chosen: TLS then ends at the nearest edge, which may be anywhere, so what is true is "at rest in the
// geography" and no longer "in transit only there". No caching, and no logs: they would hold addresses of callers and ids
// of all geographies in one place.
import { AFDCustomDomain } from '@pulumi/azure-native/cdn/afdcustomDomain.js';
import { AFDEndpoint } from '@pulumi/azure-native/cdn/afdendpoint.js';
import { AFDOrigin } from '@pulumi/azure-native/cdn/afdorigin.js';
import { AFDOriginGroup } from '@pulumi/azure-native/cdn/afdoriginGroup.js';
import { Profile } from '@pulumi/azure-native/cdn/profile.js';
import { Route } from '@pulumi/azure-native/cdn/route.js';
import { Secret } from '@pulumi/azure-native/cdn/secret.js';
import type { Output } from '@pulumi/pulumi';
import { healthPath } from '../plan/alerts.js';
import type { GlobalHost, GlobalPlan } from '../plan/global-plan.js';

interface Entrance {
  readonly host: Output<string>;
  readonly validationToken: Output<string>;
}

interface Door {
  readonly plan: GlobalPlan;
  readonly profile: Profile;
  readonly certificate: Secret;
  readonly where: { readonly resourceGroupName: Output<string>; readonly profileName: Output<string> };
}

/** @returns the entrance of each geography; none without Front Door */
export function makeFrontDoor(plan: GlobalPlan, resourceGroupName: Output<string>): ReadonlyMap<string, Entrance> {
  const { frontDoor, tags } = plan;
  if (frontDoor === undefined) {
    return new Map();
  }
  const profile = new Profile('door', {
    resourceGroupName,
    location: 'global',
    tags: { ...tags },
    profileName: frontDoor.profile,
    sku: { name: 'Standard_AzureFrontDoor' },
    // To read the certificate.
    identity: { type: 'SystemAssigned' },
    originResponseTimeoutSeconds: 60,
  });
  const where = { resourceGroupName, profileName: profile.name };
  const certificate = new Secret('door-certificate', {
    ...where,
    secretName: 'wildcard',
    parameters: {
      type: 'CustomerCertificate',
      secretSource: { id: frontDoor.certificateSecretId },
      useLatestVersion: true,
    },
  });
  const door = { plan, profile, certificate, where };
  return new Map(plan.hosts.map((host) => [host.geography, makeEntrance(door, host)]));
}

function makeEntrance({ plan, certificate, where }: Door, { geography, record, appHost }: GlobalHost): Entrance {
  const endpoint = new AFDEndpoint(`door-${geography}`, {
    ...where,
    location: 'global',
    tags: { ...plan.tags },
    endpointName: `${plan.resourceGroup}-${geography}`,
    enabledState: 'Enabled',
  });
  const origins = new AFDOriginGroup(`door-origins-${geography}`, {
    ...where,
    originGroupName: geography,
    loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 },
    healthProbeSettings: {
      probePath: healthPath,
      probeProtocol: 'Https',
      probeRequestType: 'GET',
      probeIntervalInSeconds: 255,
    },
    sessionAffinityState: 'Disabled',
  });
  const origin = new AFDOrigin(`door-origin-${geography}`, {
    ...where,
    originGroupName: origins.name,
    originName: 'app',
    hostName: appHost,
    // No host header of its own: the app must see the name that the caller signed.
    httpsPort: 443,
    enforceCertificateNameCheck: true,
    enabledState: 'Enabled',
  });
  const name = new AFDCustomDomain(`door-name-${geography}`, {
    ...where,
    customDomainName: geography,
    hostName: `${record}.${plan.domain}`,
    tlsSettings: { certificateType: 'CustomerCertificate', minimumTlsVersion: 'TLS12', secret: { id: certificate.id } },
  });
  new Route(
    `door-route-${geography}`,
    {
      ...where,
      endpointName: endpoint.name,
      routeName: geography,
      originGroup: { id: origins.id },
      customDomains: [{ id: name.id }],
      patternsToMatch: ['/*'],
      supportedProtocols: ['Https'],
      forwardingProtocol: 'HttpsOnly',
      httpsRedirect: 'Disabled',
      linkToDefaultDomain: 'Disabled',
      enabledState: 'Enabled',
    },
    { dependsOn: [origin] },
  );
  return { host: endpoint.hostName, validationToken: name.validationProperties.validationToken };
}
