// Where the platform's own reports go: thirty days, in the geography, and not a day of it in an archive.
import { Component } from '@pulumi/azure-native/applicationinsights/component.js';
import type { Vault } from '@pulumi/azure-native/keyvault/vault.js';
import { DiagnosticSetting } from '@pulumi/azure-native/monitor/diagnosticSetting.js';
import { Table } from '@pulumi/azure-native/operationalinsights/table.js';
import { Workspace } from '@pulumi/azure-native/operationalinsights/workspace.js';
import type { StackContext } from './stack-context.js';

export interface Logs {
  readonly workspace: Workspace;
  readonly appInsights: Component;
}

export function makeLogs({ plan, placed, group }: StackContext): Logs {
  const { names, logs, options, isPrivate } = plan;
  const fromOutside = isPrivate ? 'Disabled' : 'Enabled';
  const workspace = new Workspace('workspace', {
    ...placed,
    workspaceName: names.workspace,
    sku: { name: 'PerGB2018' },
    retentionInDays: logs.retentionDays,
    features: {
      disableLocalAuth: true,
      // Without it a thirty-day workspace may keep data for 31.
      immediatePurgeDataOn30Days: true,
      enableLogAccessUsingOnlyResourcePermissions: true,
      // An export would be a copy somewhere else.
      enableDataExport: false,
    },
    workspaceCapping: { dailyQuotaGb: options.dailyLogGb },
    publicNetworkAccessForIngestion: fromOutside,
    publicNetworkAccessForQuery: fromOutside,
  });
  const appInsights = new Component('insights', {
    ...placed,
    resourceName: names.appInsights,
    kind: 'web',
    applicationType: 'web',
    flowType: 'Bluefield',
    requestSource: 'rest',
    ingestionMode: 'LogAnalytics',
    workspaceResourceId: workspace.id,
    disableLocalAuth: true,
    disableIpMasking: false,
    retentionInDays: logs.retentionDays,
    immediatePurgeDataOn30Days: true,
    publicNetworkAccessForIngestion: fromOutside,
    publicNetworkAccessForQuery: fromOutside,
  });
  for (const tableName of logs.tables) {
    new Table(
      `logs-${tableName}`,
      {
        resourceGroupName: group.name,
        workspaceName: workspace.name,
        tableName,
        plan: 'Analytics',
        retentionInDays: logs.retentionDays,
        // Equal, or the difference silently becomes an archive.
        totalRetentionInDays: logs.retentionDays,
      },
      // Azure's own tables cannot be deleted, only the workspace.
      { dependsOn: [appInsights], retainOnDelete: true },
    );
  }
  return { workspace, appInsights };
}

/** Who asked the vault for what. */
export function auditVault(vault: Vault, workspace: Workspace): void {
  new DiagnosticSetting('vault-audit', {
    name: 'audit',
    resourceUri: vault.id,
    workspaceId: workspace.id,
    logAnalyticsDestinationType: 'Dedicated',
    logs: [{ categoryGroup: 'audit', enabled: true }],
  });
}
