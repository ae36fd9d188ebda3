// The whole of a geography's stack as plain data, decided before any resource is made. Pure: the same options give the
// same plan.
import { type ContainerPlan, containerPlans, deadLetterContainer, deploymentContainer } from './containers.js';
import { type AlertPlan, alertsOf } from './alerts.js';
import { type GatewayPlan, gatewayOf } from './gateway.js';
import { logRetentionDays, tablesWithOwnDefault } from './logs.js';
import { type LogTablePlan, logTables } from './log-tables.js';
import { defaultHostOf, namesOf, type StackNames } from './names.js';
import { type NetworkPlan, networkOf } from './network.js';
import type { StackOptions } from './options.js';
import { type RoleGrant, rolesOf } from './roles.js';
import { type SecretFacts, settingsOf, type SettingValue } from './settings.js';
import { queueNames, tableNames } from './stores.js';

export interface StackPlan {
  readonly options: StackOptions;
  /** Where everything of this stack lies that has a place. */
  readonly region: string;
  readonly names: StackNames;
  readonly tags: Readonly<Record<string, string>>;
  /** Of the group alone: what was chosen for the whole stack, so that a policy and a person see it. */
  readonly groupTags: Readonly<Record<string, string>>;
  readonly isPrivate: boolean;
  readonly storage: {
    readonly sku: 'Standard_ZRS' | 'Standard_LRS';
    readonly tables: readonly string[];
    readonly queues: readonly string[];
    readonly containers: readonly ContainerPlan[];
    readonly deadLetterContainer: string;
    readonly deploymentContainer: string;
  };
  readonly logs: {
    readonly retentionDays: number;
    /** Azure's own. */
    readonly tables: readonly string[];
    /** Of the app; none where its rows stay in the account. */
    readonly rows: readonly LogTablePlan[];
  };
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly roles: readonly RoleGrant[];
  readonly network: NetworkPlan | undefined;
  readonly gateway: GatewayPlan | undefined;
  readonly alerts: readonly AlertPlan[];
  /** Serves the default resource, also without a domain. */
  readonly defaultHost: string;
  /** Where a package is published to, by Entra ID. */
  readonly publishHost: string;
}

export function planStack(options: StackOptions, secrets: SecretFacts): StackPlan {
  const { subscriptionId, geography, region } = options;
  const names = namesOf(options);
  const tags = { product: 'domicile', geography };
  return {
    options,
    region,
    names,
    tags,
    groupTags: {
      ...tags,
      profile: options.profile,
      ...(options.unheardAlerts && { alerts: 'unheard' }),
      ...(!options.deleteLock && { deletion: 'unlocked' }),
    },
    isPrivate: options.profile === 'private',
    storage: {
      sku: `Standard_${options.replication}`,
      tables: tableNames,
      queues: queueNames,
      containers: containerPlans,
      deadLetterContainer,
      deploymentContainer,
    },
    logs: {
      retentionDays: logRetentionDays,
      tables: tablesWithOwnDefault,
      rows: options.logWorkspace === 'off' ? [] : logTables,
    },
    settings: settingsOf(options, names, secrets),
    roles: rolesOf(options, `${subscriptionId}/${names.resourceGroup}`),
    network: networkOf(options),
    gateway: gatewayOf(options, names, secrets),
    alerts: alertsOf(options),
    defaultHost: defaultHostOf(names),
    publishHost: `${names.functionApp}.scm.azurewebsites.net`,
  };
}
