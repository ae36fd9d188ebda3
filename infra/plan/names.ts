// The names of a stack's resources, within Azure's limits; no personal data can get into one. Names that are unique in the
// world end in a suffix that follows from the subscription, so that they stay the same for ever and collide with nobody's.
// Limits: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
import { createHash } from 'node:crypto';

export interface StackNames {
  readonly resourceGroup: string;
  /** 3-24 lower-case letters and digits, unique in the world. */
  readonly storageAccount: string;
  /** 3-24 letters, digits and hyphens, a letter first, unique in the world. */
  readonly vault: string;
  /** 2-60 characters, unique in the world: it is the host name too. */
  readonly functionApp: string;
  readonly hostingPlan: string;
  readonly appIdentity: string;
  readonly eventsIdentity: string;
  readonly publisherIdentity: string;
  /** 3-50 letters, digits and hyphens, unique in its region: it is part of the host name. */
  readonly eventDomain: string;
  readonly workspace: string;
  readonly appInsights: string;
  readonly logScope: string;
  /** 3-44 letters, digits and hyphens. */
  readonly logEndpoint: string;
  /** 1-64 characters. */
  readonly logRule: string;
  readonly network: string;
  /** 3-63 characters, unique in the world. */
  readonly webPubSub: string;
  /** 1-63 lower-case letters, digits and hyphens. */
  readonly gateway: string;
  readonly gatewayIdentity: string;
}

export interface NameParts {
  readonly subscriptionId: string;
  readonly name: string;
  readonly geography: string;
  readonly suffix?: string;
}

export function namesOf(parts: NameParts): StackNames {
  const suffix = parts.suffix ?? suffixOf(parts);
  const base = `${parts.name}-${parts.geography}`;
  return {
    resourceGroup: base,
    storageAccount: `${parts.name}${parts.geography}${suffix}`,
    vault: `${base}-${suffix}`,
    functionApp: `${base}-${suffix}`,
    hostingPlan: `${base}-plan`,
    appIdentity: `${base}-app`,
    eventsIdentity: `${base}-events`,
    publisherIdentity: `${base}-publisher`,
    eventDomain: `${base}-events-${suffix}`,
    workspace: `${base}-logs`,
    appInsights: `${base}-insights`,
    logScope: `${base}-logs-private`,
    logEndpoint: `${base}-logs-in`,
    logRule: `${base}-logs-rule`,
    network: `${base}-net`,
    webPubSub: `${base}-${suffix}`,
    gateway: `${base}-gateway`,
    gatewayIdentity: `${base}-gateway`,
  };
}

function suffixOf({ subscriptionId, name, geography }: NameParts): string {
  const digest = createHash('sha256').update(`${subscriptionId}/${name}/${geography}`).digest();
  return digest.readUIntBE(0, 6).toString(36).padStart(5, '0').slice(-5);
}

/** The host that always serves the geography's default resource. */
export function defaultHostOf(names: Pick<StackNames, 'functionApp'>): string {
  return `${names.functionApp}.azurewebsites.net`;
}
