// What closes the logs in the private profile: a private link scope, through which alone they are written and read. The
// scope itself is a name that Azure keeps everywhere; no log passes through it to another place.
// https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security
import { PrivateLinkScope } from '@pulumi/azure-native/monitor/privateLinkScope.js';
import { PrivateLinkScopedResource } from '@pulumi/azure-native/monitor/privateLinkScopedResource.js';
import type { Output, Resource } from '@pulumi/pulumi';
import type { LogDoor } from './log-workspace.js';
import type { Logs } from './logs.js';
import type { StackContext } from './stack-context.js';

export interface LogScope {
  readonly id: Output<string>;
  /** The logs within it. */
  readonly members: readonly Resource[];
}

export function makeLogScope(
  { plan, group }: StackContext,
  { workspace, appInsights }: Logs,
  door: LogDoor | undefined,
): LogScope | undefined {
  if (!plan.isPrivate) {
    return undefined;
  }
  const scope = new PrivateLinkScope('log-scope', {
    resourceGroupName: group.name,
    location: 'global',
    tags: { ...plan.tags },
    scopeName: plan.names.logScope,
    // Also nothing else goes from this network to logs elsewhere.
    accessModeSettings: { ingestionAccessMode: 'PrivateOnly', queryAccessMode: 'PrivateOnly', exclusions: [] },
  });
  const members = Object.entries({ workspace, insights: appInsights, ...(door && { door: door.endpoint }) }).map(
    ([name, { id }]) =>
      new PrivateLinkScopedResource(`log-scope-${name}`, {
        resourceGroupName: group.name,
        scopeName: scope.name,
        name,
        linkedResourceId: id,
      }),
  );
  return { id: scope.id, members };
}
