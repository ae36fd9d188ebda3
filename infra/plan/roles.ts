// Who may do what: the least that works, each with its reason. Ids of Azure's built-in roles:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
import { deterministicGuid } from './deterministic-guid.js';
import type { Hosting, LogWorkspace } from './options.js';
import { everywhereButInPackages } from './package-condition.js';

export type Principal = 'app' | 'events' | 'publisher';
export type RoleScope =
  | 'storageAccount'
  | 'deadLetters'
  | 'packages'
  | 'appInsights'
  | 'logRule'
  | 'workspace'
  | 'vault'
  | 'eventDomain'
  | 'webPubSub';

interface Role {
  readonly role: string;
  readonly roleId: string;
  readonly principal: Principal;
  readonly scope: RoleScope;
  readonly why: string;
  /** What is taken away again from the role, in Azure's language of conditions. */
  readonly condition?: string;
  /** Where one principal has the same role on several things. */
  readonly suffix?: string;
  /** Given before the code that needs it is there. */
  readonly isAhead?: boolean;
}

export interface RoleGrant extends Role {
  /** Name of the assignment, a GUID that never changes. */
  readonly assignmentName: string;
}

const always: readonly Role[] = [
  {
    role: 'Storage Blob Data Owner',
    roleId: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    principal: 'app',
    scope: 'storageAccount',
    why: 'Images and archives; leases and keys of the Functions host, whose documentation asks for this role. Of its own package the app only reads.',
    condition: everywhereButInPackages,
  },
  {
    role: 'Storage Queue Data Contributor',
    roleId: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    principal: 'app',
    scope: 'storageAccount',
    why: 'Jobs and sweeps, and the queue triggers of the host.',
  },
  {
    role: 'Storage Table Data Contributor',
    roleId: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    principal: 'app',
    scope: 'storageAccount',
    why: 'Nearly everything lies in tables.',
  },
  {
    role: 'Monitoring Metrics Publisher',
    roleId: '3913510d-42f4-4e42-8a64-420c390055eb',
    principal: 'app',
    scope: 'appInsights',
    why: 'Telemetry with Entra ID, as keys are off.',
  },
  {
    role: 'Key Vault Secrets User',
    roleId: '4633458b-17de-408a-b874-0445c86b69e6',
    principal: 'app',
    scope: 'vault',
    why: 'Resolves the references to the master secret and the token key.',
  },
  {
    role: 'EventGrid Data Sender',
    roleId: 'd5a91429-5739-47e2-a06b-3470a27159e7',
    principal: 'app',
    scope: 'eventDomain',
    why: "Publishes the geography's events.",
  },
  {
    role: 'Storage Blob Data Contributor',
    roleId: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    principal: 'events',
    scope: 'deadLetters',
    why: 'Event Grid puts there what it could not deliver, and may touch nothing else.',
  },
];

const forWebPubSub: Role = {
  role: 'Web PubSub Service Owner',
  roleId: '12cf5a90-567b-43ae-8102-96cf46c7d9b4',
  principal: 'app',
  scope: 'webPubSub',
  why: 'Sends live notifications and issues tokens for them.',
  isAhead: true,
};

const forLogRows: Role = {
  role: 'Monitoring Metrics Publisher',
  roleId: '3913510d-42f4-4e42-8a64-420c390055eb',
  principal: 'app',
  scope: 'logRule',
  suffix: 'logs',
  why: 'Hands rows of logs to the data collection rule.',
};

/** It may also see how far a purge is, and reads no row. */
const forPurges: Role = {
  role: 'Data Purger',
  roleId: '150f5e0c-0603-4f03-8c7f-cf70034c4e90',
  principal: 'app',
  scope: 'workspace',
  why: 'Where rows name people, those about somebody who was erased have to go.',
};

/**
 * On a Dedicated plan whoever deploys writes the package as himself. Flex Consumption writes it by an identity that the app
 * bears, so there it is one that may do nothing else.
 */
const forPublishing: Role = {
  role: 'Storage Blob Data Contributor',
  roleId: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  principal: 'publisher',
  scope: 'packages',
  why: 'The platform puts down by it what was published, and reads it when an instance starts.',
};

export function rolesOf(
  options: { readonly webPubSub: boolean; readonly hosting: Hosting; readonly logWorkspace: LogWorkspace },
  stackKey: string,
): readonly RoleGrant[] {
  const roles = [
    ...always,
    ...(options.hosting === 'flex' ? [forPublishing] : []),
    ...(options.webPubSub ? [forWebPubSub] : []),
    ...(options.logWorkspace === 'off' ? [] : [forLogRows]),
    ...(options.logWorkspace === 'raw' ? [forPurges] : []),
  ];
  return roles.map((role) => ({
    ...role,
    assignmentName: deterministicGuid(stackKey, role.principal, role.roleId, role.scope),
  }));
}
