// The workbook that shows the figures of the service, over the log workspace of the geography.
import { Workbook } from '@pulumi/azure-native/applicationinsights/workbook.js';
import type { Workspace } from '@pulumi/azure-native/operationalinsights/workspace.js';
import { deterministicGuid } from '../plan/deterministic-guid.js';
import { workbookContent } from '../plan/telemetry.js';
import type { StackContext } from './stack-context.js';

export function makeWorkbook({ plan, placed }: StackContext, workspace: Workspace): void {
  if (plan.logs.rows.length === 0) {
    return;
  }
  const { options, names } = plan;
  new Workbook('workbook', {
    ...placed,
    // Azure wants a GUID; it never changes.
    resourceName: deterministicGuid(options.subscriptionId, names.resourceGroup, 'workbook'),
    kind: 'shared',
    category: 'workbook',
    displayName: `${names.resourceGroup}: figures of the service`,
    sourceId: workspace.id,
    serializedData: workbookContent(),
    version: 'Notebook/1.0',
  });
}
