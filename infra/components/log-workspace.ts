// How rows of the app get into the workspace: an endpoint and a rule in the region, a table for each kind of row, and for
// each a saved function that is called as ACS calls its table, so that queries which were written for ACS go on working.
import { DataCollectionEndpoint } from '@pulumi/azure-native/monitor/dataCollectionEndpoint.js';
import { DataCollectionRule } from '@pulumi/azure-native/monitor/dataCollectionRule.js';
import { SavedSearch } from '@pulumi/azure-native/operationalinsights/savedSearch.js';
import { Table } from '@pulumi/azure-native/operationalinsights/table.js';
import type { Workspace } from '@pulumi/azure-native/operationalinsights/workspace.js';
import { functionQueryOf, streamNameOf, workspaceTableOf } from '../plan/log-tables.js';
import type { StackContext } from './stack-context.js';

export interface LogDoor {
  readonly endpoint: DataCollectionEndpoint;
  readonly rule: DataCollectionRule;
}

const workspaceDestination = 'workspace';

export function makeLogDoor({ plan, placed, group }: StackContext, workspace: Workspace): LogDoor | undefined {
  const { names, logs, isPrivate } = plan;
  if (logs.rows.length === 0) {
    return undefined;
  }
  const tables = logs.rows.map(({ name, columns }) => {
    const tableName = workspaceTableOf(name);
    return new Table(`logs-${tableName}`, {
      resourceGroupName: group.name,
      workspaceName: workspace.name,
      tableName,
      plan: 'Analytics',
      retentionInDays: logs.retentionDays,
      // Equal, or the difference silently becomes an archive.
      totalRetentionInDays: logs.retentionDays,
      schema: {
        name: tableName,
        // The same type has another name in each of the two.
        columns: Object.entries(columns).map(([column, type]) => ({
          name: column,
          type: type === 'datetime' ? 'dateTime' : type,
        })),
      },
    });
  });
  for (const table of logs.rows) {
    new SavedSearch(
      `function-${table.name}`,
      {
        resourceGroupName: group.name,
        workspaceName: workspace.name,
        savedSearchId: table.name,
        category: 'Domicile',
        displayName: table.name,
        functionAlias: table.name,
        query: functionQueryOf(table),
        version: 2,
      },
      { dependsOn: tables },
    );
  }
  const endpoint = new DataCollectionEndpoint('log-endpoint', {
    ...placed,
    dataCollectionEndpointName: names.logEndpoint,
    kind: 'Linux',
    networkAcls: { publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled' },
  });
  const rule = new DataCollectionRule(
    'log-rule',
    {
      ...placed,
      dataCollectionRuleName: names.logRule,
      dataCollectionEndpointId: endpoint.id,
      streamDeclarations: Object.fromEntries(
        logs.rows.map(({ name, columns }) => [
          streamNameOf(name),
          { columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })) },
        ]),
      ),
      destinations: { logAnalytics: [{ name: workspaceDestination, workspaceResourceId: workspace.id }] },
      dataFlows: logs.rows.map(({ name }) => ({
        streams: [streamNameOf(name)],
        destinations: [workspaceDestination],
        transformKql: 'source',
        outputStream: streamNameOf(workspaceTableOf(name)),
      })),
    },
    { dependsOn: tables },
  );
  return { endpoint, rule };
}
